import type { EntityManager } from 'typeorm';
import { beginning } from './admissions.ts';

/** A change of a ticket since it was made: it has entered, or it is void. */
export interface TicketChange {
  readonly ticketId: string;
  /** When the ticket entered or became void. */
  readonly at: Date;
  /** The door where it entered; null if it is void. */
  readonly door: string | null;
  /** When the change was noted. */
  readonly notedAt: Date;
}

/** A place in the list of changes, which are in the order in which they were noted. */
export interface Place {
  readonly notedAt: Date;
  readonly ticketId: string;
}

/** A page of changes to a schedule's tickets. */
export interface DoorPage {
  readonly scheduleId: string;
  /** From when on scans count, where the show was moved; undefined where it was not. */
  readonly entriesFrom: Date | undefined;
  readonly changes: readonly TicketChange[];
  readonly hasMore: boolean;
  readonly asOf: Date;
}

/**
 * The first `count` changes of a schedule's tickets after a place.
 * @param from from when on scans count, as in `entriesFrom`
 */
export async function findChanges(
  manager: EntityManager,
  scheduleId: string,
  { notedAt, ticketId }: Place,
  count: number,
  from = beginning,
): Promise<TicketChange[]> {
  const admitted = await manager.query<TicketChange[]>(
    `SELECT ticket_id AS ticketId, scanned_at AS at, door, noted_at AS notedAt FROM admissions
     WHERE schedule_id = ? AND (noted_at > ? OR (noted_at = ? AND ticket_id > ?)) AND scanned_at >= ?
     ORDER BY noted_at, ticket_id LIMIT ?`,
    [scheduleId, notedAt, notedAt, ticketId, from, count],
  );
  // This uses the index of the schedule, because few of its reservations were cancelled. The instant is never null, which its
  // type does not say.
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

/** How many valid tickets a schedule has. */
export const countTickets = (manager: EntityManager, scheduleId: string): Promise<number> =>
  count(
    manager,
    `SELECT COUNT(*) AS count FROM reservations r JOIN seat_tickets t ON t.reservation_id = r.id
     WHERE r.schedule_id = ? AND r.status = 'CONFIRMED' AND t.voided_at IS NULL`,
    scheduleId,
  );

/** How many of a schedule's tickets have entered by scans at `from` or later. */
export const countAdmitted = (
  manager: EntityManager,
  scheduleId: string,
  from = beginning,
): Promise<number> =>
  count(
    manager,
    'SELECT COUNT(*) AS count FROM admissions WHERE schedule_id = ? AND scanned_at >= ?',
    scheduleId,
    from,
  );

async function count(
  manager: EntityManager,
  sql: string,
  ...parameters: readonly (string | Date)[]
): Promise<number> {
  const [row] = await manager.query<{ count: string | number }[]>(sql, [...parameters]);
  return Number(row?.count ?? 0);
}
