import type { Connection, RowDataPacket } from 'mysql2/promise';
import { chargedPoints } from '../contestant.ts';

/** What can be wrong in the database of the monolith, with a query that counts the wrong rows. */
const breaches: Readonly<Record<string, string>> = {
  'seats that are SOLD without a CONFIRMED reservation': `
    SELECT COUNT(*) AS count FROM seats LEFT JOIN reservations ON reservations.id = reservation_id
    WHERE seats.status = 'SOLD' AND COALESCE(reservations.status, '') <> 'CONFIRMED'`,
  'seats that two living reservations have': `
    SELECT COUNT(*) AS count FROM (
      SELECT rs.seat_id FROM reservation_seats rs JOIN reservations r ON r.id = rs.reservation_id
      WHERE r.status IN ('PENDING', 'CONFIRMED') GROUP BY rs.seat_id HAVING COUNT(*) > 1) AS twice`,
  'seats of a PENDING reservation that are not HELD for it': `
    SELECT COUNT(*) AS count FROM reservations r JOIN reservation_seats rs ON rs.reservation_id = r.id
    JOIN seats s ON s.id = rs.seat_id
    WHERE r.status = 'PENDING' AND NOT (s.status = 'HELD' AND s.reservation_id = r.id)`,
  'seats of a CONFIRMED reservation that are not SOLD to it': `
    SELECT COUNT(*) AS count FROM reservations r JOIN reservation_seats rs ON rs.reservation_id = r.id
    JOIN seats s ON s.id = rs.seat_id
    WHERE r.status = 'CONFIRMED' AND NOT (s.status = 'SOLD' AND s.reservation_id = r.id)`,
  'CONFIRMED reservations without a COMPLETED payment of their total': `
    SELECT COUNT(*) AS count FROM reservations r LEFT JOIN payments p
      ON p.reservation_id = r.id AND p.status = 'COMPLETED' AND p.amount = r.total
    WHERE r.status = 'CONFIRMED' AND p.id IS NULL`,
  'wallets that are not the sum of their ledger, or negative': `
    SELECT COUNT(*) AS count FROM (
      SELECT w.user_id FROM wallets w LEFT JOIN ledger l ON l.user_id = w.user_id
      GROUP BY w.user_id, w.balance
      HAVING w.balance <> ${chargedPoints} + COALESCE(SUM(l.amount), 0) OR w.balance < 0) AS wrong`,
};

/** Each breach as a line; none if all is well. */
export async function auditMonolith(root: Connection): Promise<string[]> {
  const found: string[] = [];
  for (const [what, query] of Object.entries(breaches)) {
    const [[row]] = await root.query<(RowDataPacket & { count: number })[]>(query);
    if (row?.count !== 0) found.push(`${row?.count} ${what}`);
  }
  return found;
}
