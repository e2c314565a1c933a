import type { NewEvent } from '@frontrow/events/contract';
import { seatsHeld, seatsSaleFailed } from '@frontrow/events/contracts/concerts';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { newId } from '@frontrow/kit/ids';
import { testIds } from '@frontrow/kit/testing/ids';
import type { SeatsHeld } from '../domain/reservation.ts';

const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

/** A hold of two seats, made now, for a show a week ahead. */
export function aHold(over: Partial<SeatsHeld> = {}): SeatsHeld {
  return {
    reservationId: testIds.next(),
    userId: newId(),
    ticketId: newId(),
    concertId: newId(),
    scheduleId: newId(),
    shown: {
      concertTitle: '밤의 정원',
      artist: 'Seoul Night Orchestra',
      venueName: '올림픽홀',
      startsAt: fromNow(7 * 24 * 3_600_000),
    },
    seats: [
      { seatId: newId(), label: 'VIP-1-8', price: 154_000 },
      { seatId: newId(), label: 'VIP-1-7', price: 154_000 },
    ],
    total: 308_000,
    heldAt: fromNow(0),
    expiresAt: fromNow(300_000),
    ...over,
  };
}

/** A hold whose time, and the clock's grace, are over. */
export const aHoldNobodyPaid = (over: Partial<SeatsHeld> = {}): SeatsHeld =>
  aHold({ heldAt: fromNow(-310_000), expiresAt: fromNow(-10_000), ...over });

export const held = (hold: SeatsHeld): NewEvent => seatsHeld.about(hold.reservationId, hold);

export const paid = ({ reservationId, userId, total }: SeatsHeld, paymentId = newId()): NewEvent =>
  paymentCompleted.about(reservationId, {
    paymentId,
    reservationId,
    userId,
    amount: total,
    completedAt: fromNow(0),
  });

export const refunded = ({ reservationId, userId, total }: SeatsHeld, paymentId = newId()): NewEvent =>
  paymentRefunded.about(reservationId, {
    ...{ paymentId, reservationId, userId },
    amount: total,
    reason: 'CANCELLED_BY_FAN',
  });

export const notPaid = ({ reservationId, userId, total }: SeatsHeld): NewEvent =>
  paymentFailed.about(reservationId, {
    paymentId: newId(),
    reservationId,
    userId,
    amount: total,
    failure: 'INSUFFICIENT_POINTS',
  });

export const notSold = ({ reservationId }: SeatsHeld): NewEvent =>
  seatsSaleFailed.about(reservationId, { reservationId, reason: 'The seats are not held any more.' });

export const compensated = ({ reservationId, userId }: SeatsHeld): NewEvent =>
  sagaCompensationRequested.about(reservationId, {
    sagaId: reservationId,
    userId,
    why: 'Nothing has followed for 300 s.',
  });
