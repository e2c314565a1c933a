import { isDuplicate } from '@frontrow/kit/database';
import type { EventEnvelope } from './contract.ts';
import type { Transaction } from './outbox.ts';

/**
 * Notes in the handler's own transaction that `consumer` handles these events.
 * @returns those that it had not handled before, each once
 * @throws HandledMeanwhile when a replica handled one at the same moment: roll back and ask again
 */
export async function takeIn<Event extends EventEnvelope>(
  tx: Transaction,
  consumer: string,
  events: readonly Event[],
): Promise<Event[]> {
  const byId = new Map(events.map((event) => [event.id, event]));
  const known = await tx.manager.query<{ event_id: string }[]>(
    'SELECT event_id FROM inbox WHERE consumer = ? AND event_id IN (?)',
    [consumer, [...byId.keys()]],
  );
  for (const { event_id } of known) byId.delete(event_id);
  if (byId.size === 0) return [];
  const now = new Date();
  try {
    await tx.manager.query('INSERT INTO inbox (consumer, event_id, handled_at) VALUES ?', [
      [...byId.keys()].map((id) => [consumer, id, now]),
    ]);
  } catch (error) {
    throw isDuplicate(error) ? new HandledMeanwhile() : error;
  }
  return [...byId.values()];
}

export class HandledMeanwhile extends Error {
  constructor() {
    super('a replica handled one of these events at the same moment');
  }
}
