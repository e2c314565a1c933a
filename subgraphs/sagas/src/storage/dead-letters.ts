import type { EntityManager } from 'typeorm';
import { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import { withoutPerson } from '@frontrow/events/forget-user';
import type { DeadLetter } from '../domain/dead-letter.ts';
import { conditions } from './sagas.ts';
import type { PageOf } from './sagas.ts';

const columns = `id, consumer, event_id AS eventId, event_type AS eventType, event, error, attempts,
  failed_at AS failedAt, status, subject`;

type Row = Omit<DeadLetter, 'event'> & { event: string };
const toDeadLetter = (row: Row): DeadLetter => ({
  ...row,
  event: JSON.parse(row.event) as DeadLetter['event'],
});

/** Stores a dead letter that is new or has failed again since. Older reports of it change nothing. */
export async function storeDeadLetter(manager: EntityManager, letter: DeadLetter): Promise<void> {
  // MySQL assigns from left to right. failed_at comes last, because the other assignments compare with its old value.
  const whenNewer = (column: string) =>
    `${column} = IF(VALUES(failed_at) > failed_at, VALUES(${column}), ${column})`;
  await manager.query(
    `INSERT INTO reported_dead_letters
       (id, consumer, event_id, event_type, event, error, attempts, failed_at, status, subject)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE ${['error', 'attempts', 'status', 'failed_at'].map(whenNewer).join(', ')}`,
    [
      ...[letter.id, letter.consumer, letter.eventId, letter.eventType, JSON.stringify(letter.event)],
      ...[letter.error, letter.attempts, letter.failedAt, letter.status, letter.subject],
    ],
  );
}

export async function lockDeadLetter(manager: EntityManager, id: string): Promise<DeadLetter | undefined> {
  const rows = await manager.query<Row[]>(
    `SELECT ${columns} FROM reported_dead_letters WHERE id = ? FOR UPDATE`,
    [id],
  );
  return rows.map(toDeadLetter)[0];
}

export async function storeStatus(manager: EntityManager, { id, status }: DeadLetter): Promise<void> {
  await manager.query('UPDATE reported_dead_letters SET status = ? WHERE id = ?', [status, id]);
}

/** Newest first. */
export async function findDeadLetterPage(
  manager: EntityManager,
  page: PageOf<DeadLetter['status']>,
): Promise<DeadLetter[]> {
  const { where, values } = conditions(page);
  const sql = `SELECT ${columns} FROM reported_dead_letters ${where} ORDER BY id DESC LIMIT ?`;
  return (await manager.query<Row[]>(sql, values)).map(toDeadLetter);
}

/** No event reports what this service could not read of such reports, so it reads its own table of dead letters. */
export async function adoptOwnDeadLetters(manager: EntityManager): Promise<void> {
  await manager.query(
    `INSERT IGNORE INTO reported_dead_letters
       (id, consumer, event_id, event_type, event, error, attempts, failed_at, status, subject)
     SELECT id, consumer, event_id, event_type, event, error, attempts, failed_at, 'OPEN', event_id
     FROM dead_letters WHERE event_type = ?`,
    [consumerDeadLettered.type],
  );
}

/** Removes personal data about a user from dead letters. Adopted ones have another subject than the event that they report. */
export async function forgetInDeadLetters(manager: EntityManager, userId: string): Promise<void> {
  const rows = await manager.query<{ id: string; event: string }[]>(
    `SELECT id, event FROM reported_dead_letters
     WHERE subject = ? OR (event_type = ? AND event LIKE ?) FOR UPDATE`,
    [userId, consumerDeadLettered.type, `%${userId}%`],
  );
  for (const { id, event } of rows) {
    const text = JSON.stringify(withoutPerson(JSON.parse(event), userId));
    await manager.query('UPDATE reported_dead_letters SET event = ? WHERE id = ?', [text, id]);
  }
}

export async function countOpenDeadLetters(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ count: string | number }[]>(
    "SELECT COUNT(*) AS count FROM reported_dead_letters WHERE status = 'OPEN'",
  );
  return Number(row?.count);
}
