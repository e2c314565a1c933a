import type { Invariant } from '../audit.ts';
import { fullJoin, rows } from '../rows.ts';

/** How long after its end a hold may still be on its way to being released. */
const toleranceMs = 30_000;

export const heldSeatsAreReserved: Invariant = {
  number: 2,
  claim: 'Every HELD seat belongs to one PENDING reservation that has not expired by more than 30 s',
  async *breaches({ concerts, reservations }, now) {
    const held = rows<{ key: string }>(
      concerts,
      `SELECT CONCAT(id, ' for ', COALESCE(reservation_id, 'nobody')) AS \`key\`
       FROM seats WHERE status = 'HELD' ORDER BY id`,
    );
    const pending = rows<{ key: string; expires_at: Date }>(
      reservations,
      `SELECT CONCAT(s.seat_id, ' for ', r.id) AS \`key\`, r.expires_at
       FROM reservation_seats s JOIN reservations r ON r.id = s.reservation_id
       WHERE r.status = 'PENDING' ORDER BY s.seat_id, r.id`,
    );
    for await (const { key, left, right } of fullJoin(held, pending)) {
      const saga = key.split(' for ')[1] as string;
      if (right === undefined) {
        yield { row: `concerts: seat ${key}`, problem: 'is HELD without a PENDING reservation', saga };
      } else if (left === undefined) {
        yield { row: `reservations: seat ${key}`, problem: 'is PENDING and not HELD', saga };
      } else if (right.expires_at.getTime() + toleranceMs < now.getTime()) {
        yield {
          row: `reservations: seat ${key}`,
          problem: `should have expired at ${right.expires_at.toISOString()}`,
          saga,
        };
      }
    }
  },
};
