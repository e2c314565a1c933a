import type { EntityManager } from 'typeorm';
import type { UnpaidHolds } from '../domain/unpaid-holds.ts';

/** What a fan has of a concert, and how they dealt with what they had. */
export interface FanSeats {
  /** Held or owned. */
  readonly seats: number;
  readonly unpaid: UnpaidHolds;
}

/** Adds to the seats that a fan holds or owns, and locks the fan's row until the transaction ends; returns what it says then. */
export async function addFanSeats(
  manager: EntityManager,
  concertId: string,
  userId: string,
  count: number,
): Promise<FanSeats> {
  await manager.query(
    `INSERT INTO fan_seats (concert_id, user_id, seats) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE seats = seats + ?`,
    [concertId, userId, count, count],
  );
  const [row] = await manager.query<{ seats: number; unpaid_holds: number; last_unpaid_at: Date | null }[]>(
    'SELECT seats, unpaid_holds, last_unpaid_at FROM fan_seats WHERE concert_id = ? AND user_id = ?',
    [concertId, userId],
  );
  return {
    seats: row?.seats ?? 0,
    unpaid: { count: row?.unpaid_holds ?? 0, lastAt: row?.last_unpaid_at ?? null },
  };
}

export async function giveBackFanSeats(
  manager: EntityManager,
  concertId: string,
  userId: string,
  count: number,
): Promise<void> {
  await manager.query('UPDATE fan_seats SET seats = seats - ? WHERE concert_id = ? AND user_id = ?', [
    count,
    concertId,
    userId,
  ]);
}

/** Counts a hold that ended unpaid. */
export async function countUnpaidHold(
  manager: EntityManager,
  concertId: string,
  userId: string,
  endedAt: Date,
): Promise<void> {
  await manager.query(
    `UPDATE fan_seats SET unpaid_holds = unpaid_holds + 1, last_unpaid_at = ?
     WHERE concert_id = ? AND user_id = ?`,
    [endedAt, concertId, userId],
  );
}
