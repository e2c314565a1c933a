import { newId } from '@frontrow/kit/ids';
import { readEvent } from './contract.ts';
import type { EventContract, EventEnvelope, NewEvent } from './contract.ts';
import type { Handler } from './handler.ts';
import { HandledMeanwhile, takeIn } from './inbox.ts';
import type { Outbox } from './outbox.ts';
import { checkRoute } from './routes.ts';

/** Everything that the service has emitted so far, oldest first. */
export async function emitted(outbox: Outbox): Promise<EventEnvelope[]> {
  const rows = await outbox.database.query<{ envelope: string }[]>(
    'SELECT envelope FROM outbox ORDER BY position',
  );
  return rows.map(({ envelope }) => JSON.parse(envelope) as EventEnvelope);
}

/** The data of all events of one type that the service has emitted so far. */
export async function emittedOf<Data>(
  outbox: Outbox,
  contract: EventContract<string, Data>,
): Promise<Data[]> {
  const events = await emitted(outbox);
  return events.filter(({ type }) => type === contract.type).map(({ data }) => data as Data);
}

/** Wraps an event as another service would have published it. */
export const published = (event: NewEvent): EventEnvelope => ({
  ...event,
  specversion: '1.0',
  id: newId(),
  source: '/frontrow/test',
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
});

/**
 * Lets the service's handler of their type handle these events, together, as its consumer would, without a broker.
 * @throws also when the table of routes does not let the service handle them
 */
export async function deliver(
  outbox: Outbox,
  handlers: readonly Handler[],
  ...events: EventEnvelope[]
): Promise<void> {
  const type = events[0]?.type ?? '';
  const handler = handlers.find(({ contract }) => contract.type === type);
  if (handler === undefined) throw new Error(`nobody handles ${type}`);
  checkRoute(outbox.service, 'handle', type);
  const batch = events.map((event) => readEvent(handler.contract, event));
  try {
    await outbox.transaction(async (tx) => {
      const fresh = await takeIn(tx, 'test', batch);
      if (fresh.length > 0) await handler.handle(tx, fresh);
    });
  } catch (error) {
    if (!(error instanceof HandledMeanwhile)) throw error;
    await deliver(outbox, handlers, ...events);
  }
}
