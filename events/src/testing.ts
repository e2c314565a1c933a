import { newId } from '@frontrow/kit/ids';
import type { EventContract, EventEnvelope, NewEvent } from './contract.ts';
import type { Handler } from './consumer.ts';
import { takeIn } from './inbox.ts';
import type { Outbox } from './outbox.ts';

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

/** Lets the service's handler of their type handle these events as its consumer would, as one batch, without a broker. */
export async function deliver(
  outbox: Outbox,
  handlers: readonly Handler[],
  ...events: [EventEnvelope, ...EventEnvelope[]]
): Promise<void> {
  const [{ type }] = events;
  const handler = handlers.find(({ contract }) => contract.type === type);
  if (handler === undefined) throw new Error(`nobody handles ${type}`);
  const parsed = events.map((event) => ({ ...event, data: handler.contract.data.parse(event.data) }));
  await outbox.transaction(async (tx) => {
    const fresh = await takeIn(tx, 'test', parsed);
    if (fresh.length > 0) await handler.handle(tx, fresh);
  });
}
