import { In, LessThan, LessThanOrEqual } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { isDuplicate } from '@frontrow/kit/database';
import { columnsOf, inColumns, insertRows, updateRows } from '@frontrow/kit/many-rows';
import type { Pending, Reservation } from '../domain/reservation.ts';
import { toReservation, toRow, toSeatRows, toState } from './mapping.ts';
import { reservationRows, seatRows } from './entities.ts';
import type { ReservationRow, SeatRow } from './entities.ts';

/** @returns false, and stores nothing, if one of them exists already */
export async function insertReservations(
  manager: EntityManager,
  reservations: readonly Pending[],
): Promise<boolean> {
  const sorted = reservations.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  try {
    await insertRows(manager, 'reservations', sorted.map(toRow).map(inColumns(reservationRows)));
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
  await insertRows(manager, 'reservation_seats', sorted.flatMap(toSeatRows).map(inColumns(seatRows)));
  return true;
}

/**
 * Locks those of the ids that are reservations, in the order of their ids, as every batch does. It waits for transactions that
 * are changing them; from then on only this one can.
 */
export async function lockReservations(
  manager: EntityManager,
  ids: readonly string[],
): Promise<Reservation[]> {
  if (ids.length === 0) return [];
  // Without the hint, both databases would scan a small table, and lock all of its rows.
  const rows = await manager.query<ReservationRow[]>(
    `SELECT ${columnsOf(reservationRows)} FROM reservations FORCE INDEX (PRIMARY)
     WHERE id IN (?) ORDER BY id FOR UPDATE`,
    [ids],
  );
  return withSeats(manager, rows);
}

export const lockReservation = async (manager: EntityManager, id: string): Promise<Reservation | undefined> =>
  (await lockReservations(manager, [id]))[0];

/** Locks the unpaid reservations of a fan, as `lockReservations` does. There are few, because the number of seats is limited. */
export async function lockPendingOf(manager: EntityManager, userId: string): Promise<Reservation[]> {
  const rows = await manager.find(reservationRows, {
    where: { userId, status: 'PENDING' },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  return withSeats(manager, rows);
}

/** Locks up to `count` unpaid reservations that had expired at `instant`. Skips those that another transaction has locked. */
export async function lockExpired(
  manager: EntityManager,
  instant: Date,
  count: number,
): Promise<Reservation[]> {
  const rows = await manager.find(reservationRows, {
    where: { status: 'PENDING', expiresAt: LessThanOrEqual(instant) },
    order: { expiresAt: 'ASC' },
    take: count,
    lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
  });
  return withSeats(manager, rows);
}

/** When the first of the unpaid reservations expires; with `after`, the first of those that expire later than that. */
export async function nextExpiry(manager: EntityManager, after = new Date(0)): Promise<Date | undefined> {
  const [row] = await manager.query<{ expiresAt: Date }[]>(
    `SELECT expires_at AS expiresAt FROM reservations WHERE status = 'PENDING' AND expires_at > ?
     ORDER BY expires_at LIMIT 1`,
    [after],
  );
  return row?.expiresAt;
}

/** Stores the new states of reservations that this transaction has locked. */
export const updateReservations = (
  manager: EntityManager,
  reservations: readonly Reservation[],
): Promise<void> =>
  updateRows(
    manager,
    'reservations',
    'id',
    reservations
      .map((reservation) => ({ id: reservation.id, ...toState(reservation) }))
      .map(inColumns(reservationRows)),
  );

export async function findReservations(
  manager: EntityManager,
  ids: readonly string[],
): Promise<Reservation[]> {
  return withSeats(manager, await manager.find(reservationRows, { where: { id: In(ids) } }));
}

/** Returns those of the ids that are reservations by now. */
export async function findArrived(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.find(reservationRows, { select: { id: true }, where: { id: In(ids) } });
  return rows.map(({ id }) => id);
}

/** The version of each, which says how often it has changed. */
export const findVersions = (
  manager: EntityManager,
  ids: readonly string[],
): Promise<{ id: string; version: number }[]> =>
  manager.find(reservationRows, { select: { id: true, version: true }, where: { id: In(ids) } });

export interface ReservationsOfUser {
  readonly userId: string;
  readonly status: Reservation['status'] | undefined;
  /** Only reservations made before this one. */
  readonly before: string | undefined;
  readonly count: number;
}

/** Newest first: ids are UUIDv7, so their order is that of creation. */
export async function findReservationsOf(
  manager: EntityManager,
  { userId, status, before, count }: ReservationsOfUser,
): Promise<Reservation[]> {
  const rows = await manager.find(reservationRows, {
    where: {
      userId,
      ...(status !== undefined && { status }),
      ...(before !== undefined && { id: LessThan(before) }),
    },
    order: { id: 'DESC' },
    take: count,
  });
  return withSeats(manager, rows);
}

export interface ReservationsOfSeat {
  readonly scheduleId: string;
  /** In upper or lower case, because the column's collation compares it. */
  readonly label: string;
  /** Only reservations made before this one. */
  readonly before: string | undefined;
  readonly count: number;
}

/**
 * Newest first. The search begins with the label, which only a few seats have: one in each hall, and one more after each
 * cancellation. It must not begin with the schedule, which may have as many reservations as its hall has seats.
 */
export async function findReservationsBySeat(
  manager: EntityManager,
  { scheduleId, label, before, count }: ReservationsOfSeat,
): Promise<Reservation[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT r.id FROM reservation_seats s STRAIGHT_JOIN reservations r FORCE INDEX (PRIMARY) ON r.id = s.reservation_id
     WHERE s.label = ? AND r.schedule_id = ? ${before === undefined ? '' : 'AND r.id < ?'}
     ORDER BY r.id DESC LIMIT ?`,
    [label, scheduleId, ...(before === undefined ? [] : [before]), count],
  );
  const found = await findReservations(
    manager,
    rows.map(({ id }) => id),
  );
  return found.toSorted((one, other) => (one.id < other.id ? 1 : -1));
}

/** @param rows in any order, which the result keeps */
export async function withSeats(
  manager: EntityManager,
  rows: readonly ReservationRow[],
): Promise<Reservation[]> {
  if (rows.length === 0) return [];
  const seats = await manager.query<SeatRow[]>(
    `SELECT ${columnsOf(seatRows)} FROM reservation_seats WHERE reservation_id IN (?) ORDER BY reservation_id, position`,
    [rows.map(({ id }) => id)],
  );
  const seatsOf = new Map<string, SeatRow[]>(rows.map(({ id }) => [id, []]));
  for (const seat of seats) seatsOf.get(seat.reservationId)?.push(seat);
  return rows.map((row) => toReservation(row, seatsOf.get(row.id) ?? []));
}
