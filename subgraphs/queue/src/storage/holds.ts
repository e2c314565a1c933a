import type { EntityManager } from 'typeorm';

// The copy of reservations that keeps an admission alive. Callers hold the ticket's lock.

/** Notes a hold, unless it was heard of before: a cancellation may have come first. */
export async function insertHold(
  manager: EntityManager,
  hold: { reservationId: string; ticketId: string; expiresAt: Date },
): Promise<void> {
  await manager.query('INSERT IGNORE INTO holds (reservation_id, ticket_id, expires_at) VALUES (?, ?, ?)', [
    hold.reservationId,
    hold.ticketId,
    hold.expiresAt,
  ]);
}

/** Ends a hold; one that was not heard of yet is ended in advance. */
export async function endHold(
  manager: EntityManager,
  hold: { reservationId: string; ticketId: string },
): Promise<void> {
  await manager.query(
    `INSERT INTO holds (reservation_id, ticket_id, expires_at) VALUES (?, ?, NULL)
     ON DUPLICATE KEY UPDATE expires_at = NULL`,
    [hold.reservationId, hold.ticketId],
  );
}

/** When each of the ticket's holds that were not ended expires. */
export async function openHoldEnds(manager: EntityManager, ticketId: string): Promise<Date[]> {
  const rows = await manager.query<{ expires_at: Date }[]>(
    'SELECT expires_at FROM holds WHERE ticket_id = ? AND expires_at IS NOT NULL',
    [ticketId],
  );
  return rows.map((row) => row.expires_at);
}
