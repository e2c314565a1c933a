import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { consumerOf, expectedConsumers } from '@frontrow/audit/expected-consumers';
import { rootFolder } from '@frontrow/stack/home';
import { databaseOf } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { bulk, byOutcome, idOf, instant } from './purchases.ts';
import type { Outcome } from './purchases.ts';

interface BulkEvent {
  readonly type: string;
  readonly by: Subgraph;
  readonly subject: 'reservation_id' | 'ticket_id';
  /** How long after the hold the event happens, in ms, for each outcome that has it. */
  readonly after: Readonly<Partial<Record<Outcome, number>>>;
}

const always = (ms: number) => ({ CONFIRMED: ms, EXPIRED: ms, CANCELLED: ms, REFUNDED: ms, PENDING: ms });
const whenPaid = (ms: number) => ({ CONFIRMED: ms, REFUNDED: ms });

/** How long after the hold the queue ticket ends, in ms. */
export const ticketEnds = { ...whenPaid(30_015), CANCELLED: 60_010, EXPIRED: 580_000 };

const events: readonly BulkEvent[] = [
  { type: 'ticket.admitted.v1', by: 'queue', subject: 'ticket_id', after: always(-20_000) },
  { type: 'seats.held.v1', by: 'concerts', subject: 'reservation_id', after: always(0) },
  { type: 'reservation.created.v1', by: 'reservations', subject: 'reservation_id', after: always(5) },
  { type: 'payment.completed.v1', by: 'payments', subject: 'reservation_id', after: whenPaid(30_000) },
  {
    type: 'reservation.confirmed.v1',
    by: 'reservations',
    subject: 'reservation_id',
    after: whenPaid(30_005),
  },
  { type: 'seats.sold.v1', by: 'concerts', subject: 'reservation_id', after: whenPaid(30_010) },
  {
    type: 'reservation.cancelled.v1',
    by: 'reservations',
    subject: 'reservation_id',
    after: { CANCELLED: 60_000, REFUNDED: 90_000 },
  },
  {
    type: 'reservation.expired.v1',
    by: 'reservations',
    subject: 'reservation_id',
    after: { EXPIRED: 300_000 },
  },
  { type: 'payment.refunded.v1', by: 'payments', subject: 'reservation_id', after: { REFUNDED: 90_005 } },
  {
    type: 'seats.released.v1',
    by: 'concerts',
    subject: 'reservation_id',
    after: { CANCELLED: 60_005, REFUNDED: 90_005, EXPIRED: 300_005 },
  },
  { type: 'ticket.ended.v1', by: 'queue', subject: 'ticket_id', after: ticketEnds },
];

/** Stores the events in each outbox, inbox and in the log of sagas, as if all of them had been handled at once. */
export async function fillEvents(root: Connection): Promise<void> {
  for (const { type, by, subject, after } of events) {
    const text = await readFile(join(rootFolder, 'events/samples', `${type}.json`), 'utf8');
    const sample = JSON.parse(text) as { id: string; subject: string };
    // Each event is as long as a real one, and has its own id: the broker has never had it, so the service may publish it
    // again, and then its consumers must know it.
    const envelope = `REPLACE(REPLACE(${root.escape(JSON.stringify(sample))}, '${sample.id}', event_id),
      '${sample.subject}', subject)`;
    const happened = `(
      SELECT n, ${subject} AS subject, at_ms, ${idOf(type, 'n', 'at_ms')} AS event_id
      FROM (SELECT *, ms + ${byOutcome(after)} AS at_ms FROM ${bulk}.purchases) AS timed
      WHERE at_ms IS NOT NULL ORDER BY n) AS happened`;
    await root.query(`
      INSERT INTO ${databaseOf(by)}.outbox
        (id, type, subject, envelope, created_at, published_at)
      SELECT event_id, '${type}', subject, ${envelope}, ${instant('at_ms')}, ${instant('at_ms + 3')}
      FROM ${happened}`);
    for (const consumer of expectedConsumers.find((expected) => expected.type === type)?.to ?? []) {
      await root.query(`
        INSERT INTO ${databaseOf(consumer)}.inbox (consumer, event_id, handled_at)
        SELECT '${consumerOf(consumer, type)}', event_id, ${instant('at_ms + 5')} FROM ${happened}`);
    }
    if (subject === 'ticket_id') continue;
    await root.query(`
      INSERT INTO ${databaseOf('sagas')}.steps (event_id, saga_id, name, service, status, at, heard_at, data)
      SELECT event_id, subject, '${type.replace('.v1', '')}', '${by}', 'COMPLETED',
        ${instant('at_ms')}, ${instant('at_ms + 5')}, '{}'
      FROM ${happened}`);
  }
}
