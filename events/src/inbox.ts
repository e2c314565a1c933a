import { isDuplicate } from '@frontrow/kit/database';
import type { EventEnvelope } from './contract.ts';
import type { Transaction } from './outbox.ts';

/** An event, and the consumer that it came to. */
export interface Arrival {
  readonly consumer: string;
  readonly event: EventEnvelope;
}

/**
 * Records in the handlers' own transaction that these events are handled. Nearly all are new, so it looks for known ones only
 * when inserting shows that there is one.
 * @returns the events that their consumers had not handled before, each once, in the order of their arrival
 * @throws HandledMeanwhile when a replica handled one at the same moment: roll back and ask again
 */
export async function takeInAll<Each extends Arrival>(
  { manager }: Transaction,
  arrivals: readonly Each[],
): Promise<Each[]> {
  const fresh = new Map(arrivals.map((arrival) => [keyOf(arrival.consumer, arrival.event.id), arrival]));
  const insert = async () => {
    if (fresh.size === 0) return;
    const now = new Date();
    // Replicas that record the same events wait for each other in the same order.
    const rows = [...fresh.values()].map(({ consumer, event }) => [consumer, event.id, now] as const).sort();
    await manager.query('INSERT INTO inbox (consumer, event_id, handled_at) VALUES ?', [rows]);
  };
  try {
    await insert();
    return [...fresh.values()];
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  const known = await manager.query<{ consumer: string; event_id: string }[]>(
    'SELECT consumer, event_id FROM inbox WHERE consumer IN (?) AND event_id IN (?)',
    [
      [...new Set(arrivals.map(({ consumer }) => consumer))],
      [...new Set(arrivals.map(({ event }) => event.id))],
    ],
  );
  for (const { consumer, event_id } of known) fresh.delete(keyOf(consumer, event_id));
  try {
    await insert();
  } catch (error) {
    throw isDuplicate(error) ? new HandledMeanwhile() : error;
  }
  return [...fresh.values()];
}

/** The same for events that came to one consumer. */
export const takeIn = async <Event extends EventEnvelope>(
  tx: Transaction,
  consumer: string,
  events: readonly Event[],
): Promise<Event[]> => {
  const fresh = await takeInAll(
    tx,
    events.map((event) => ({ consumer, event })),
  );
  return fresh.map(({ event }) => event);
};

const keyOf = (consumer: string, eventId: string) => `${consumer} ${eventId}`;

export class HandledMeanwhile extends Error {
  constructor() {
    super('a replica handled one of these events at the same moment');
  }
}
