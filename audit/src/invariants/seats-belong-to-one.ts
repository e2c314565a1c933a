import type { Invariant } from '../invariant.ts';
import { disputedSeats } from '../seat-claims.ts';

export const seatsBelongToOne: Invariant = {
  number: 1,
  claim: 'No seat is held or sold twice; every SOLD seat belongs to one CONFIRMED reservation, and back',
  async *breaches(databases) {
    for await (const { claim, reservationId, isBy } of disputedSeats(databases, 'SOLD', 'CONFIRMED')) {
      const problem =
        isBy === 'concerts' ? 'is SOLD without a CONFIRMED reservation' : 'is CONFIRMED and not SOLD';
      yield { row: `${isBy}: seat ${claim}`, problem, saga: reservationId };
    }
  },
};
