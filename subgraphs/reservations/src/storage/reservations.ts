import { In, LessThan, LessThanOrEqual, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { isDuplicate } from '@frontrow/kit/database';
import type { Expired, Pending, Reservation } from '../domain/reservation.ts';
import { toReservation, toRow, toSeatRows, toState } from './mapping.ts';
import { reservationRows, seatRows } from './entities.ts';
import type { ReservationRow, SeatRow } from './entities.ts';

/** @returns false, and nothing is stored, when there is one with that id */
export async function insertReservation(manager: EntityManager, reservation: Pending): Promise<boolean> {
  try {
    await manager.insert(reservationRows, toRow(reservation));
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
  await manager.insert(seatRows, toSeatRows(reservation));
  return true;
}

/** Waits for whoever is changing it; from then on only this transaction can. */
export async function lockReservation(manager: EntityManager, id: string): Promise<Reservation | undefined> {
  const rows = await manager.find(reservationRows, { where: { id }, lock: { mode: 'pessimistic_write' } });
  const [reservation] = await withSeats(manager, rows);
  return reservation;
}

/** The unpaid ones of a fan, of which the limit of seats allows few; locked, as by `lockReservation`. */
export async function lockPendingOf(manager: EntityManager, userId: string): Promise<Reservation[]> {
  const rows = await manager.find(reservationRows, {
    where: { userId, status: 'PENDING' },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  return withSeats(manager, rows);
}

/** Locks up to `count` that are unpaid and expired at `instant`, leaving out those that somebody is changing. */
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

/** When the first of the unpaid ones expires that have not at `instant`. */
export async function nextExpiry(manager: EntityManager, instant: Date): Promise<Date | undefined> {
  const [row] = await manager.find(reservationRows, {
    select: { expiresAt: true },
    where: { status: 'PENDING', expiresAt: MoreThan(instant) },
    order: { expiresAt: 'ASC' },
    take: 1,
  });
  return row?.expiresAt;
}

/** Stores the new state of a reservation that this transaction has locked. */
export async function updateReservation(manager: EntityManager, reservation: Reservation): Promise<void> {
  await manager.update(reservationRows, { id: reservation.id }, toState(reservation));
}

/** Stores the end of many, which this transaction has locked, in one statement. */
export async function storeExpired(manager: EntityManager, expired: readonly Expired[]): Promise<void> {
  const [first] = expired;
  if (first === undefined) return;
  const { status, endedAt, endedBecause } = first;
  await manager.update(
    reservationRows,
    { id: In(expired.map(({ id }) => id)) },
    { status, endedAt, endedBecause, version: () => 'version + 1' },
  );
}

export async function findReservations(
  manager: EntityManager,
  ids: readonly string[],
): Promise<Reservation[]> {
  return withSeats(manager, await manager.find(reservationRows, { where: { id: In(ids) } }));
}

/** Those of the ids that are reservations by now. */
export async function findArrived(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.find(reservationRows, { select: { id: true }, where: { id: In(ids) } });
  return rows.map(({ id }) => id);
}

/** How often each has changed. */
export const findVersions = (
  manager: EntityManager,
  ids: readonly string[],
): Promise<{ id: string; version: number }[]> =>
  manager.find(reservationRows, { select: { id: true, version: true }, where: { id: In(ids) } });

export interface ReservationsOfUser {
  readonly userId: string;
  readonly status: Reservation['status'] | undefined;
  /** Only those made before this one. */
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

async function withSeats(manager: EntityManager, rows: readonly ReservationRow[]): Promise<Reservation[]> {
  if (rows.length === 0) return [];
  const seats = await manager.find(seatRows, {
    where: { reservationId: In(rows.map(({ id }) => id)) },
    order: { reservationId: 'ASC', position: 'ASC' },
  });
  const seatsOf = new Map<string, SeatRow[]>(rows.map(({ id }) => [id, []]));
  for (const seat of seats) seatsOf.get(seat.reservationId)?.push(seat);
  return rows.map((row) => toReservation(row, seatsOf.get(row.id) ?? []));
}
