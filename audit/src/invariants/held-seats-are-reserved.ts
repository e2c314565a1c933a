import type { Databases, Invariant } from '../invariant.ts';
import { rows } from '../rows.ts';
import { disputedSeats } from '../seat-claims.ts';

/** How long after its end a hold may still be on its way to being released. */
const toleranceMs = 30_000;

export const heldSeatsAreReserved: Invariant = {
  number: 2,
  claim: 'Every HELD seat belongs to one PENDING reservation that has not expired by more than 30 s',
  async *breaches(databases, now) {
    for await (const { claim, reservationId, isBy } of disputedSeats(databases, 'HELD', 'PENDING')) {
      const problem =
        isBy === 'concerts' ? 'is HELD without a PENDING reservation' : 'is PENDING and not HELD';
      yield { row: `${isBy}: seat ${claim}`, problem, saga: reservationId };
    }
    yield* overdue(databases, now);
  },
};

async function* overdue({ reservations }: Databases, now: Date) {
  const late = rows<{ id: string; expires_at: Date }>(
    reservations,
    "SELECT id, expires_at FROM reservations WHERE status = 'PENDING' AND expires_at < ?",
    [new Date(now.getTime() - toleranceMs)],
  );
  for await (const { id, expires_at } of late) {
    const problem = `should have expired at ${expires_at.toISOString()}`;
    yield { row: `reservations: reservation ${id}`, problem, saga: id };
  }
}
