import type { Databases, Invariant } from '../audit.ts';
import { fullJoin, rows } from '../rows.ts';

export const seatsBelongToOne: Invariant = {
  number: 1,
  claim: 'No seat is held or sold twice; every SOLD seat belongs to one CONFIRMED reservation, and back',
  async *breaches(databases) {
    yield* seatsReservedTwice(databases);
    yield* soldAndConfirmedDiffer(databases);
  },
};

async function* seatsReservedTwice({ reservations }: Databases) {
  const twice = rows<{ seat_id: string; reservations: string }>(
    reservations,
    `SELECT s.seat_id, GROUP_CONCAT(r.id) AS reservations
     FROM reservation_seats s JOIN reservations r ON r.id = s.reservation_id
     WHERE r.status IN ('PENDING', 'CONFIRMED') GROUP BY s.seat_id HAVING COUNT(*) > 1`,
  );
  for await (const { seat_id, reservations: ids } of twice) {
    for (const saga of ids.split(',')) {
      yield { row: `reservations: seat ${seat_id}`, problem: `is reserved by ${ids} at once`, saga };
    }
  }
}

async function* soldAndConfirmedDiffer({ concerts, reservations }: Databases) {
  const sold = rows<{ key: string }>(
    concerts,
    `SELECT CONCAT(id, ' for ', COALESCE(reservation_id, 'nobody')) AS \`key\`
     FROM seats WHERE status = 'SOLD' ORDER BY id`,
  );
  const confirmed = rows<{ key: string }>(
    reservations,
    `SELECT CONCAT(s.seat_id, ' for ', r.id) AS \`key\`
     FROM reservation_seats s JOIN reservations r ON r.id = s.reservation_id
     WHERE r.status = 'CONFIRMED' ORDER BY s.seat_id, r.id`,
  );
  for await (const { key, left, right } of fullJoin(sold, confirmed)) {
    const saga = key.split(' for ')[1] as string;
    if (right === undefined) {
      yield { row: `concerts: seat ${key}`, problem: 'is SOLD without a CONFIRMED reservation', saga };
    } else if (left === undefined) {
      yield { row: `reservations: seat ${key}`, problem: 'is CONFIRMED and not SOLD', saga };
    }
  }
}
