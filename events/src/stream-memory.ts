import type { NatsError } from '@frontrow/kit/nats';
import type { EntityManager } from 'typeorm';
import { eventIdOf, retentionMs, streamName } from './broker.ts';
import type { Broker } from './broker.ts';

/** What the relays of a service remember of the stream. */
export interface Remembered {
  stream_created_at: string;
  last_sequence: string | number;
  /** The event that the stream took as that number; empty when none since `stream_created_at`. */
  last_id: string;
  /** How many messages were known to be missing in the middle. */
  missing: string | number;
  /** 1 when that event is too young to have left the stream by age. */
  must_be_there: string | number | null;
}

/** @param what assignments of an UPDATE */
export const remember = (manager: EntityManager, what: string, ...values: unknown[]): Promise<unknown> =>
  manager.query(`UPDATE relay_state SET ${what} WHERE stream = ?`, [...values, streamName]);

/**
 * Remembers the last message that was published, in the transaction that marks it so. What the stream has lost until then,
 * of earlier messages or of these, nobody would notice any more: so it is looked for once more.
 * @throws when it has lost something, `NotKept` when that is what it has just taken; nothing that was published may be marked so
 */
export async function rememberLast(
  manager: EntityManager,
  broker: Broker,
  { id, sequence }: { readonly id: string; readonly sequence: number },
): Promise<void> {
  const remembered = await lockMemory(manager);
  if (remembered !== undefined && !(await stillHas(broker, remembered)))
    throw new Error('the stream has lost its end');
  const last = { last_sequence: sequence, last_id: id, must_be_there: 1 };
  if (!(await stillHas(broker, last))) throw new NotKept();
  // Assigned from left to right: last_id first, while last_sequence is still what it was.
  const ifLater = 'last_id = IF(last_sequence < ?, ?, last_id), last_sequence = GREATEST(last_sequence, ?)';
  await remember(manager, ifLater, sequence, id, sequence);
}

/** The stream has said that it took an event, and does not have it. */
export class NotKept extends Error {
  constructor() {
    super('the stream has not kept what it took');
  }
}

/** Waits for other replicas. Undefined when nobody has looked at the stream yet: `beginMemory`. */
export async function lockMemory(manager: EntityManager): Promise<Remembered | undefined> {
  // An event that somebody wants to be told again is not published, and in the stream all the same.
  const [remembered] = await manager.query<Remembered[]>(
    `SELECT stream_created_at, last_sequence, last_id, missing,
            (SELECT COALESCE(published_at, created_at) > ? FROM outbox WHERE outbox.id = last_id) AS must_be_there
     FROM relay_state WHERE stream = ? FOR UPDATE`,
    [new Date(Date.now() - retentionMs + clockToleranceMs), streamName],
  );
  return remembered;
}
const clockToleranceMs = 60_000;

export async function beginMemory(manager: EntityManager): Promise<Remembered | undefined> {
  await manager.query(
    `INSERT IGNORE INTO relay_state (stream, stream_created_at, last_sequence, last_id) VALUES (?, '', 0, '')`,
    [streamName],
  );
  return lockMemory(manager);
}

/** While the last message is there, the stream has not lost its end. */
export async function stillHas(
  broker: Broker,
  { last_sequence, last_id, must_be_there }: Omit<Remembered, 'stream_created_at' | 'missing'>,
): Promise<boolean> {
  if (Number(must_be_there) !== 1) return true;
  try {
    const message = await broker.manager.streams.getMessage(streamName, { seq: Number(last_sequence) });
    return eventIdOf(message.header.get('Nats-Msg-Id')) === last_id;
  } catch (error) {
    if ((error as NatsError).api_error?.err_code === noMessageFound) return false;
    throw error;
  }
}
const noMessageFound = 10037;
