import type { NatsError } from 'nats';
import type { DataSource, EntityManager } from 'typeorm';
import { transaction } from '@frontrow/kit/database';
import { ensureStream, eventIdOf, retentionMs, streamName } from './broker.ts';
import type { Broker } from './broker.ts';

/** What the relays of a service remember of the stream. */
interface Remembered {
  stream_created_at: string;
  last_sequence: string | number;
  /** The event that the stream took as that number; empty when none since `stream_created_at`. */
  last_id: string;
  /** 1 when that event is too young to have left the stream by age. */
  must_be_there: string | number | null;
}

/**
 * The database is the truth; the stream only carries. When the broker has lost the stream, or its end, all that the
 * outbox retains becomes unpublished again. All of it: by the time this service looks, others may have published
 * anew where the stream broke off, so sequence numbers do not tell what is missing. Consumers drop what they had.
 * @returns whether something was lost
 */
export async function forgetWhatWasLost(database: DataSource, broker: Broker): Promise<boolean> {
  await ensureStream(broker);
  // The row lock lets one replica do it. The stream is looked at behind it: what is remembered cannot run ahead.
  return transaction(database, async (manager) => {
    const remembered = (await lockMemory(manager)) ?? (await beginMemory(manager));
    const { created } = await broker.manager.streams.info(streamName);
    const isKnown = remembered?.stream_created_at === created;
    if (isKnown && (await stillHas(broker, remembered))) return false;
    await manager.query(
      'UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE published_at IS NOT NULL',
    );
    await manager.query(
      `UPDATE relay_state SET stream_created_at = ?, last_sequence = 0, last_id = '' WHERE stream = ?`,
      [created, streamName],
    );
    return remembered?.stream_created_at !== '';
  });
}

/**
 * Remembers the last message that was published, in the transaction that marks it so. What the stream has lost until then,
 * of earlier messages or of these, nobody would notice any more: so it is looked for once more.
 * @throws when it has lost something; nothing that was published may be marked so
 */
export async function rememberLast(
  manager: EntityManager,
  broker: Broker,
  { id, sequence }: { readonly id: string; readonly sequence: number },
): Promise<void> {
  const remembered = await lockMemory(manager);
  const last = { last_sequence: sequence, last_id: id, must_be_there: 1 };
  for (const known of [...(remembered === undefined ? [] : [remembered]), last]) {
    if (!(await stillHas(broker, known))) throw new Error('the stream has lost its end');
  }
  // Assigned from left to right: last_id first, while last_sequence is still what it was.
  await manager.query(
    `UPDATE relay_state SET last_id = IF(last_sequence < ?, ?, last_id), last_sequence = GREATEST(last_sequence, ?)
     WHERE stream = ?`,
    [sequence, id, sequence, streamName],
  );
}

async function lockMemory(manager: EntityManager): Promise<Remembered | undefined> {
  // An event that somebody wants to be told again is not published, and in the stream all the same.
  const [remembered] = await manager.query<Remembered[]>(
    `SELECT stream_created_at, last_sequence, last_id,
            (SELECT COALESCE(published_at, created_at) > ? FROM outbox WHERE outbox.id = last_id) AS must_be_there
     FROM relay_state WHERE stream = ? FOR UPDATE`,
    [new Date(Date.now() - retentionMs + clockToleranceMs), streamName],
  );
  return remembered;
}
const clockToleranceMs = 60_000;

async function beginMemory(manager: EntityManager): Promise<Remembered | undefined> {
  await manager.query(
    `INSERT IGNORE INTO relay_state (stream, stream_created_at, last_sequence, last_id) VALUES (?, '', 0, '')`,
    [streamName],
  );
  return lockMemory(manager);
}

/** A stream loses its end, never its middle: while the last message is there, so are those before it. */
async function stillHas(
  broker: Broker,
  { last_sequence, last_id, must_be_there }: Omit<Remembered, 'stream_created_at'>,
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
