import { claimKey, keyReused } from '@frontrow/kit/idempotency';
import type { KeyedCall } from '@frontrow/kit/idempotency';
import { heldEvent, placeHold, seatsTaken } from '../domain/hold.ts';
import type { Hold } from '../domain/hold.ts';
import { tooManySeats } from '../domain/sale.ts';
import type { Sale } from '../domain/sale.ts';
import { whyPaused } from '../domain/unpaid-holds.ts';
import { addFanSeats } from '../storage/fan-seats.ts';
import { findHold, insertHold } from '../storage/holds.ts';
import { findSeats, holdAvailable, lockIfAvailable } from '../storage/seats.ts';
import { countSeats } from '../storage/section-counts.ts';
import type { BoxOffice } from './box-office.ts';

/** An admitted fan, and what they came for. */
export interface Customer {
  readonly call: KeyedCall;
  readonly sale: Sale;
  readonly ticketId: string;
}

/**
 * Holds these seats in one transaction, or changes nothing.
 * @param whenBusy what to do about a seat that somebody else is taking at this moment: 'wait' for the outcome, or
 *   'give-up', as if they had it
 */
export function takeSeats(
  office: BoxOffice,
  { call, sale, ticketId }: Customer,
  seatIds: readonly string[],
  whenBusy: 'wait' | 'give-up',
) {
  const { userId, now } = call;
  const { concertId, scheduleId } = sale;
  const reservationId = office.ids.next();
  // The order of locks here, as everywhere: key, hold, fan, seats by primary key, counters.
  return office.outbox.transaction(async (tx) => {
    const { manager } = tx;
    const claim = await claimKey(manager, call, reservationId);
    if (claim === 'other-arguments') return keyReused();
    // A key is stored with its hold, or not at all.
    if (claim !== 'claimed') return (await findHold(manager, claim.effectId)) as Hold;

    const fan = await addFanSeats(manager, concertId, userId, seatIds.length);
    if (fan.seats > sale.maxSeatsPerFan) return tx.undo(tooManySeats(sale));
    const paused = whyPaused(fan.unpaid, now);
    if (paused !== null) return tx.undo(paused);

    if (whenBusy === 'give-up' && !(await lockIfAvailable(manager, seatIds))) {
      return tx.undo(seatsTaken([...seatIds]));
    }
    const isComplete = await holdAvailable(manager, scheduleId, seatIds, reservationId);
    const seats = await findSeats(manager, seatIds);
    if (!isComplete) {
      const missed = seats.filter((seat) => seat.reservationId !== reservationId);
      return tx.undo(seatsTaken(missed.map(({ id }) => id)));
    }

    const hold = placeHold(sale, { reservationId, userId, ticketId, seats }, now, office.holdSeconds);
    await insertHold(manager, hold);
    await countSeats(manager, 'fans', scheduleId, seats, { held: 1, sold: 0 });
    tx.emit(heldEvent(hold, sale));
    return hold;
  });
}
