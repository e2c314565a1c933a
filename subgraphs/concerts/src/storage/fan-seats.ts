import type { EntityManager } from 'typeorm';

/** Adds to the seats that a fan holds or owns, and locks that number until the transaction ends; returns it. */
export async function addFanSeats(
  manager: EntityManager,
  concertId: string,
  userId: string,
  count: number,
): Promise<number> {
  await manager.query(
    `INSERT INTO fan_seats (concert_id, user_id, seats) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE seats = seats + ?`,
    [concertId, userId, count, count],
  );
  const [row] = await manager.query<{ seats: number }[]>(
    'SELECT seats FROM fan_seats WHERE concert_id = ? AND user_id = ?',
    [concertId, userId],
  );
  return row?.seats ?? 0;
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
