import type { Databases } from './invariant.ts';
import { differences } from './differences.ts';

/** A seat that belongs to a reservation according to one service, but not according to the other. */
interface SeatClaim {
  /** `<seat> for <reservation>` */
  readonly claim: string;
  readonly reservationId: string;
  readonly isBy: 'concerts' | 'reservations';
}

/**
 * Compares the seats with a status with those of the reservations with a status. A seat is one row in concerts with one status
 * and one reservation, so if two reservations claim it, that is a difference, too.
 */
export async function* disputedSeats(
  { concerts, reservations }: Databases,
  status: 'HELD' | 'SOLD',
  reservationStatus: 'PENDING' | 'CONFIRMED',
): AsyncGenerator<SeatClaim> {
  const disputed = differences(
    {
      database: concerts,
      sql: `SELECT CONCAT(id, ' for ', COALESCE(reservation_id, 'nobody')) AS \`key\`, 1 AS amount
        FROM seats WHERE status = '${status}'`,
    },
    {
      database: reservations,
      sql: `SELECT CONCAT(s.seat_id, ' for ', r.id) AS \`key\`, 1 AS amount
        FROM reservations r JOIN reservation_seats s ON s.reservation_id = r.id
        WHERE r.status = '${reservationStatus}'`,
    },
  );
  for await (const { key, left, right } of disputed) {
    const reservationId = key.split(' for ')[1] as string;
    yield { claim: key, reservationId, isBy: left > right ? 'concerts' : 'reservations' };
  }
}
