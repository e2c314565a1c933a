import type { EntityManager } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import type { Hold } from '../domain/hold.ts';
import type { Seat } from '../domain/seat.ts';

interface HoldRow extends Omit<Hold, 'seats' | 'status'> {
  readonly seats: string;
  readonly status: Hold['status'];
  readonly releasedBecause: ReservationEnd | null;
}

const columns = `reservation_id AS reservationId, user_id AS userId, ticket_id AS ticketId, concert_id AS concertId,
  schedule_id AS scheduleId, seats, total, held_at AS heldAt, expires_at AS expiresAt, status,
  released_because AS releasedBecause`;

export const findHolds = async (manager: EntityManager, reservationIds: readonly string[]): Promise<Hold[]> =>
  readHolds(manager, reservationIds, '');

/** Those of these holds that belong to the fan. */
export async function findHoldsOf(
  manager: EntityManager,
  userId: string,
  reservationIds: readonly string[],
): Promise<Hold[]> {
  if (reservationIds.length === 0) return [];
  const rows = await manager.query<HoldRow[]>(
    `SELECT ${columns} FROM holds WHERE reservation_id IN (?) AND user_id = ?`,
    [reservationIds, userId],
  );
  return rows.map(toHold);
}

/** Locks the holds, in the order of their ids, until the transaction ends. */
export const lockHolds = (manager: EntityManager, reservationIds: readonly string[]): Promise<Hold[]> =>
  readHolds(manager, reservationIds, 'FOR UPDATE');

async function readHolds(
  manager: EntityManager,
  reservationIds: readonly string[],
  lock: string,
): Promise<Hold[]> {
  if (reservationIds.length === 0) return [];
  const rows = await manager.query<HoldRow[]>(
    `SELECT ${columns} FROM holds FORCE INDEX (PRIMARY) WHERE reservation_id IN (?) ${lock}`,
    [reservationIds],
  );
  return rows.map(toHold);
}

function toHold({ seats, status, releasedBecause, ...row }: HoldRow): Hold {
  const placed = { ...row, seats: JSON.parse(seats) as Seat[] };
  // `storeStatuses` always writes both columns together.
  return status === 'RELEASED'
    ? { ...placed, status, releasedBecause: releasedBecause as ReservationEnd }
    : { ...placed, status };
}

export async function insertHolds(manager: EntityManager, holds: readonly Hold[]): Promise<void> {
  await manager.query(
    `INSERT INTO holds (reservation_id, user_id, ticket_id, concert_id, schedule_id, seats, total, held_at,
       expires_at, status) VALUES ?`,
    [
      holds.map((hold) => [
        hold.reservationId,
        hold.userId,
        hold.ticketId,
        hold.concertId,
        hold.scheduleId,
        JSON.stringify(hold.seats),
        hold.total,
        hold.heldAt,
        hold.expiresAt,
        hold.status,
      ]),
    ],
  );
}

/** Uses one statement for each status, and for each reason of a release. The holds of a batch nearly always have the same. */
export async function storeStatuses(manager: EntityManager, holds: readonly Hold[]): Promise<void> {
  const reasonOf = (hold: Hold) => (hold.status === 'RELEASED' ? hold.releasedBecause : null);
  const alike = new Map<string, Hold[]>();
  for (const hold of holds) {
    const key = `${hold.status} ${reasonOf(hold)}`;
    alike.set(key, [...(alike.get(key) ?? []), hold]);
  }
  for (const group of alike.values()) {
    const [one] = group as [Hold];
    await manager.query('UPDATE holds SET status = ?, released_because = ? WHERE reservation_id IN (?)', [
      one.status,
      reasonOf(one),
      group.map(({ reservationId }) => reservationId),
    ]);
  }
}
