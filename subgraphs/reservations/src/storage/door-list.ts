import type { EntityManager } from 'typeorm';

/** What became of a ticket since it was made: it has entered, or it is void. */
export interface TicketChange {
  readonly ticketId: string;
  /** When it entered, or became void. */
  readonly at: Date;
  /** Null when it is void. */
  readonly door: string | null;
  /** When this was noted. */
  readonly notedAt: Date;
}

/** A place in the list of changes, which is in the order of their noting. */
export interface Place {
  readonly notedAt: Date;
  readonly ticketId: string;
}

/** The first `count` changes of a schedule's tickets after a place. */
export async function findChanges(
  manager: EntityManager,
  scheduleId: string,
  { notedAt, ticketId }: Place,
  count: number,
): Promise<TicketChange[]> {
  const admitted = await manager.query<TicketChange[]>(
    `SELECT ticket_id AS ticketId, scanned_at AS at, door, noted_at AS notedAt FROM admissions
     WHERE schedule_id = ? AND (noted_at > ? OR (noted_at = ? AND ticket_id > ?))
     ORDER BY noted_at, ticket_id LIMIT ?`,
    [scheduleId, notedAt, notedAt, ticketId, count],
  );
  // By the index of the schedule: of its reservations, few were cancelled. Its instant is never null, which types do not know.
  const voided = await manager.query<TicketChange[]>(
    `SELECT t.id AS ticketId, t.voided_at AS at, NULL AS door, t.voided_at AS notedAt
     FROM reservations r JOIN seat_tickets t ON t.reservation_id = r.id
     WHERE r.schedule_id = ? AND r.status = 'CANCELLED'
       AND (t.voided_at > ? OR (t.voided_at = ? AND t.id > ?))
     ORDER BY t.voided_at, t.id LIMIT ?`,
    [scheduleId, notedAt, notedAt, ticketId, count],
  );
  return [...admitted, ...voided].toSorted(inOrder).slice(0, count);
}

const inOrder = (one: Place, other: Place) =>
  one.notedAt.getTime() - other.notedAt.getTime() || (one.ticketId < other.ticketId ? -1 : 1);

/** How many tickets of a schedule are good. */
export const countTickets = (manager: EntityManager, scheduleId: string): Promise<number> =>
  count(
    manager,
    `SELECT COUNT(*) AS count FROM reservations r JOIN seat_tickets t ON t.reservation_id = r.id
     WHERE r.schedule_id = ? AND r.status = 'CONFIRMED' AND t.voided_at IS NULL`,
    scheduleId,
  );

/** How many of them have entered. */
export const countAdmitted = (manager: EntityManager, scheduleId: string): Promise<number> =>
  count(manager, 'SELECT COUNT(*) AS count FROM admissions WHERE schedule_id = ?', scheduleId);

async function count(manager: EntityManager, sql: string, scheduleId: string): Promise<number> {
  const [row] = await manager.query<{ count: string | number }[]>(sql, [scheduleId]);
  return Number(row?.count ?? 0);
}
