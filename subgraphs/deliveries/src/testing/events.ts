import type { EventEnvelope, NewEvent } from '@frontrow/events/contract';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import {
  reservationConfirmed,
  reservationExpired,
  reservationMoved,
} from '@frontrow/events/contracts/reservations';
import { userDeleted, userLinkRequested, userRegistered } from '@frontrow/events/contracts/users';
import { published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';

/** Everything that deliveries may hear about a reservation and whose it is. */
export function aHistory(email = 'minji@example.com') {
  const reservationId = newId();
  const whose = { reservationId, userId: newId() };
  const payment = { paymentId: newId(), ...whose, amount: 308_000 };
  const where = { ticketId: newId(), concertId: newId(), scheduleId: newId() };
  const shown = {
    concertTitle: '밤의 정원 & <Friends>',
    artist: 'Seoul Night Orchestra',
    venueName: '올림픽홀',
    startsAt: '2026-12-24T10:00:00.000Z',
  };
  const seats = [
    { seatId: newId(), label: 'VIP-1-8', price: 154_000 },
    { seatId: newId(), label: 'VIP-1-7', price: 154_000 },
  ];
  return {
    paid: paymentCompleted.about(reservationId, { ...payment, completedAt: new Date().toISOString() }),
    notPaid: paymentFailed.about(reservationId, { ...payment, failure: 'INSUFFICIENT_POINTS' }),
    confirmed: reservationConfirmed.about(reservationId, {
      ...{ ...whose, ...where, paymentId: payment.paymentId },
      ...{ shown, seats, total: 308_000 },
      confirmedAt: new Date().toISOString(),
    }),
    moved: reservationMoved.about(reservationId, {
      ...{
        ...whose,
        scheduleId: where.scheduleId,
        shown: { ...shown, startsAt: '2027-01-16T09:00:00.000Z' },
        seats,
      },
      ...{ movedFrom: shown.startsAt, refundUntil: '2026-12-31T14:59:59.000Z', version: 3 },
    }),
    refunded: paymentRefunded.about(reservationId, { ...payment, reason: 'CANCELLED_BY_FAN' }),
    expired: reservationExpired.about(reservationId, { ...whose, ...where }),
    registered: userRegistered.about(whose.userId, {
      userId: whose.userId,
      name: '김민지',
      email,
      locale: 'ko',
    }),
    resetting: userLinkRequested.about(whose.userId, {
      ...{ userId: whose.userId, linkId: newId(), purpose: 'PASSWORD_RESET', email, locale: 'en-GB' },
      expiresAt: new Date(Date.now() + 30 * 60_000).toISOString(),
    }),
    deleted: userDeleted.about(whose.userId, {
      userId: whose.userId,
      deletedAt: new Date().toISOString(),
    }),
  } satisfies Record<string, NewEvent>;
}

/** An event as it reaches deliveries. */
export const told = (event: NewEvent, time = new Date()): EventEnvelope => ({
  ...published(event),
  time: time.toISOString(),
});
