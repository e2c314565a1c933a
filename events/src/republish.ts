import type { DataSource, EntityManager } from 'typeorm';
import { transaction } from '@frontrow/kit/database';
import type { Broker } from './broker.ts';
import { everySaga, sagaReplayRequested } from './contracts/sagas.ts';
import { batchSize, lastOf, publishRows, rowColumns } from './publish-rows.ts';
import type { OutboxRow } from './publish-rows.ts';
import { rememberLast } from './stream-memory.ts';

/** Retained events to be published once more, in the order of their positions. */
interface Republication {
  readonly id: string | number;
  /** Only events about this saga or aggregate; `everySaga` means all. */
  readonly subject: string;
  /** Only events that were emitted at this instant or later. */
  readonly since: Date;
  readonly reached_position: string | number;
  readonly last_position: string | number;
}

/**
 * Orders, in the caller's transaction, that events which the outbox retains are published once more. A relay does it in batches
 * beside the new events (`publishAgain`), which never wait for it. Events that are not published yet are then published twice; if the
 * stream has them, it drops the copy under the same id.
 */
export async function republish(
  manager: EntityManager,
  { subject, since }: Pick<Republication, 'subject' | 'since'>,
): Promise<void> {
  const [last] = await manager.query<{ position: string | number | null }[]>(
    'SELECT MAX(position) AS position FROM outbox',
  );
  await manager.query(
    `INSERT INTO republications (subject, since, reached_position, last_position, asked_at) VALUES (?, ?, 0, ?, ?)`,
    [subject, since, last?.position ?? 0, new Date()],
  );
}

/** Publishes the next batch of a republication that no other replica is working on. */
export async function publishAgain(database: DataSource, broker: Broker): Promise<'more' | 'done'> {
  return transaction(database, async (manager) => {
    // A saga that stands still goes before a republication of everything.
    const [job] = await manager.query<Republication[]>(
      `SELECT id, subject, since, reached_position, last_position FROM republications
       ORDER BY subject = '${everySaga}', id LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (job === undefined) return 'done';
    const rows = (await isOvertaken(manager, job)) ? [] : await nextRows(manager, job);
    const due = rows.filter(({ created_at }) => created_at >= job.since);
    const { acknowledged, failure } = await publishRows(broker, due, String(job.id));
    // The batch counts as a whole: when it comes again, the stream drops what it has of it.
    if (failure !== undefined) throw failure;
    if (acknowledged.length > 0) await rememberLast(manager, broker, lastOf(acknowledged));
    const last = rows.at(-1);
    await (last === undefined
      ? manager.query('DELETE FROM republications WHERE id = ?', [job.id])
      : manager.query('UPDATE republications SET reached_position = ? WHERE id = ?', [
          last.position,
          job.id,
        ]));
    return 'more';
  });
}

/** Whether a later republication covers everything that this one has still to do. */
async function isOvertaken(manager: EntityManager, { id, subject, since }: Republication): Promise<boolean> {
  const later = await manager.query<unknown[]>(
    'SELECT id FROM republications WHERE id > ? AND subject = ? AND since <= ? LIMIT 1',
    [id, subject, since],
  );
  return later.length > 0;
}

/** Reads a fixed number of rows, whatever they are about, so that no batch takes longer than another. */
function nextRows(manager: EntityManager, job: Republication): Promise<OutboxRow[]> {
  const { subject, reached_position: reached, last_position: last } = job;
  if (subject === everySaga) {
    return manager.query<OutboxRow[]>(
      `SELECT ${rowColumns} FROM outbox WHERE position > ? AND position <= ?
       ORDER BY position LIMIT ${String(batchSize)}`,
      [reached, last],
    );
  }
  // Requests for replays are not replayed themselves: a saga that is stuck for long would add one each time.
  return manager.query<OutboxRow[]>(
    `SELECT ${rowColumns} FROM outbox WHERE subject = ? AND type <> ? AND position > ? AND position <= ?
     ORDER BY position LIMIT ${String(batchSize)}`,
    [subject, sagaReplayRequested.type, reached, last],
  );
}
