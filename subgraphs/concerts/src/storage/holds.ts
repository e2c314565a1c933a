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

export const findHold = (manager: EntityManager, reservationId: string): Promise<Hold | null> =>
  readHold(manager, reservationId, '');

/** Those of these holds that are the fan's. */
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

/** Locks the hold until the transaction ends. */
export const lockHold = (manager: EntityManager, reservationId: string): Promise<Hold | null> =>
  readHold(manager, reservationId, 'FOR UPDATE');

async function readHold(manager: EntityManager, reservationId: string, lock: string): Promise<Hold | null> {
  const [row] = await manager.query<HoldRow[]>(
    `SELECT ${columns} FROM holds WHERE reservation_id = ? ${lock}`,
    [reservationId],
  );
  return row === undefined ? null : toHold(row);
}

function toHold({ seats, status, releasedBecause, ...row }: HoldRow): Hold {
  const placed = { ...row, seats: JSON.parse(seats) as Seat[] };
  // `storeStatus` writes both columns together.
  return status === 'RELEASED'
    ? { ...placed, status, releasedBecause: releasedBecause as ReservationEnd }
    : { ...placed, status };
}

export async function insertHold(manager: EntityManager, hold: Hold): Promise<void> {
  await manager.query(
    `INSERT INTO holds (reservation_id, user_id, ticket_id, concert_id, schedule_id, seats, total, held_at,
       expires_at, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
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
    ],
  );
}

export async function storeStatus(manager: EntityManager, hold: Hold): Promise<void> {
  await manager.query('UPDATE holds SET status = ?, released_because = ? WHERE reservation_id = ?', [
    hold.status,
    hold.status === 'RELEASED' ? hold.releasedBecause : null,
    hold.reservationId,
  ]);
}
