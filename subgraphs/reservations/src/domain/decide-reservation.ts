import type { NewEvent } from '@frontrow/events/contract';
import { unchanged } from '@frontrow/events/decision';
import type { Decision } from '@frontrow/events/decision';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { unreachable } from '@frontrow/kit/unreachable';
import * as announce from './announcements.ts';
import { refundableUntil } from './reservation.ts';
import type {
  Cancelled,
  CancelReason,
  Confirmed,
  Expired,
  PaymentCompleted,
  Pending,
  Reservation,
  ReservationBase,
  SeatsHeld,
  ShowMove,
} from './reservation.ts';

/**
 * How long after `expiresAt` the clock waits before it ends an unpaid reservation, in ms. Payments takes no points after `expiresAt`, but the
 * news of a payment made just before needs a moment to arrive. A payment whose news comes even later is refunded.
 */
export const graceMs = 2_000;

/**
 * Every hold becomes a reservation, even if its news comes so late that the clock ends it at once.
 * @param move the last known move of its show, because the hold may still say the time before it
 */
export function onSeatsHeld(held: SeatsHeld, move?: ShowMove): Decision<Pending> {
  const created: Pending = {
    status: 'PENDING',
    id: held.reservationId,
    userId: held.userId,
    ticketId: held.ticketId,
    concertId: held.concertId,
    scheduleId: held.scheduleId,
    shown: held.shown,
    seats: held.seats,
    total: held.total,
    createdAt: new Date(held.heldAt),
    expiresAt: new Date(held.expiresAt),
    refundUntil: null,
    movedFrom: null,
    refundedAt: null,
    version: 1,
  };
  const next =
    move === undefined || !isBefore(created, move) ? created : { ...created, ...afterMove(created, move) };
  return { next, events: [announce.created(next)] };
}

/** Decides what becomes of a new reservation if the news of its end came before that of its beginning. */
export const onEarlyEnd = (created: Pending, because: CancelReason, now: Date): Decision<Reservation> =>
  cancel(created, because, now);

/** Decides what a completed payment does to a reservation, whatever state the reservation is in. */
export function onPaymentCompleted(
  found: Reservation,
  payment: PaymentCompleted,
  now: Date,
): Decision<Reservation> {
  switch (found.status) {
    case 'PENDING': {
      const { paymentId } = payment;
      const next: Confirmed = {
        ...found,
        status: 'CONFIRMED',
        paymentId,
        confirmedAt: now,
        version: found.version + 1,
      };
      return { next, events: [announce.confirmed(next)] };
    }
    case 'CONFIRMED':
      if (found.paymentId === payment.paymentId) return unchanged(found); // the same news came twice
      return { next: found, events: [announce.confirmFailed(payment, 'COMPENSATED')] };
    case 'CANCELLED':
    case 'EXPIRED':
      // The points left the wallet after the seats were given up, so only a refund makes it right.
      return {
        next: noteLatePayment(found, payment),
        events: [announce.confirmFailed(payment, found.endedBecause)],
      };
    default:
      return unreachable(found);
  }
}

/** Notes the payment, so that followers learn that points are on their way back. If the news comes twice, nothing changes. */
const noteLatePayment = (found: Cancelled | Expired, { paymentId }: PaymentCompleted): Cancelled | Expired =>
  found.paymentId === null ? { ...found, paymentId, version: found.version + 1 } : found;

/**
 * Notes for followers that the points are back. This news may come before that of the payment, or before that of the reason for
 * the refund.
 */
export const onPaymentRefunded = (found: Reservation, now: Date): Decision<Reservation> =>
  found.refundedAt === null
    ? { next: { ...found, refundedAt: now, version: found.version + 1 }, events: [] }
    : unchanged(found);

/**
 * Decides what becomes of a payment for a reservation that is not known: the points are refunded at once, and if the reservation
 * is created later, it ends at once.
 */
export const onPaymentWithoutReservation = (
  payment: PaymentCompleted,
): { because: CancelReason; events: readonly NewEvent[] } => ({
  because: 'COMPENSATED',
  events: [announce.confirmFailed(payment, 'COMPENSATED')],
});

/** Decides what a failed payment does. It moved no points and there is no second attempt, so the seats are given up. */
export function onPaymentFailed(found: Reservation, now: Date): Decision<Reservation> {
  switch (found.status) {
    case 'PENDING':
      return cancel(found, 'PAYMENT_FAILED', now);
    case 'CONFIRMED':
    case 'CANCELLED':
    case 'EXPIRED':
      return unchanged(found);
    default:
      return unreachable(found);
  }
}

/** Decides what follows if the seats of a reservation are no longer held for it. */
export function onSaleFailed(found: Reservation, now: Date): Decision<Reservation> {
  switch (found.status) {
    // Seats are sold only after a confirmation. If it was lost, for example by restoring a backup, the seats are gone all the same.
    case 'PENDING':
    case 'CONFIRMED':
      return cancel(found, 'SALE_FAILED', now);
    case 'CANCELLED':
    case 'EXPIRED':
      return unchanged(found);
    default:
      return unreachable(found);
  }
}

/** Decides what becomes of a reservation whose purchase cannot be completed, whatever step the purchase is at. */
export function onCompensationRequested(found: Reservation, now: Date): Decision<Reservation> {
  switch (found.status) {
    case 'PENDING':
    case 'CONFIRMED': // the seats may be SOLD by now, which the sender did not know; payments refunds the points too
      return cancel(found, 'COMPENSATED', now);
    case 'CANCELLED':
    case 'EXPIRED':
      return unchanged(found);
    default:
      return unreachable(found);
  }
}

/**
 * Fans may cancel until the show starts, or until the instant that was set when it was moved, unless one of their tickets has entered.
 * Cancelling twice is the same as once.
 * @param hasEntered whether a ticket of the reservation was admitted at a door
 */
export function cancelByFan(
  found: Reservation,
  now: Date,
  hasEntered = false,
): Decision<Reservation> | Refusal<'NOT_CANCELLABLE'> {
  switch (found.status) {
    case 'PENDING':
      return cancel(found, 'CANCELLED_BY_FAN', now);
    case 'CONFIRMED':
      if (hasEntered)
        return refuse('NOT_CANCELLABLE', 'A ticket of the reservation was admitted at the door.');
      if (refundableUntil(found) > now) return cancel(found, 'CANCELLED_BY_FAN', now);
      return found.refundUntil === null
        ? refuse('NOT_CANCELLABLE', 'The show has started.')
        : refuse('NOT_CANCELLABLE', 'The time to give seats of the moved show back is over.');
    case 'CANCELLED':
      if (found.endedBecause === 'CANCELLED_BY_FAN') return unchanged(found);
      return refuse('NOT_CANCELLABLE', 'The reservation was cancelled for another reason.');
    case 'EXPIRED':
      return refuse('NOT_CANCELLABLE', 'The reservation has expired.');
    default:
      return unreachable(found);
  }
}

/**
 * Whether a reservation is from before a move: it has another time, or the `refundUntil` of an earlier move. Seats that were held for the
 * new time were not moved, so their fans may give them back until the show starts, as ever.
 */
const isBefore = ({ shown, refundUntil }: ReservationBase, move: ShowMove): boolean =>
  new Date(shown.startsAt).getTime() !== move.startsAt.getTime() ||
  (refundUntil !== null && refundUntil.getTime() !== move.refundUntil.getTime());

/** What a move changes of a reservation. */
function afterMove(found: ReservationBase, { startsAt, refundUntil }: ShowMove) {
  const before = new Date(found.shown.startsAt);
  // If the time stays the same, only `refundUntil` changes.
  const movedFrom = before.getTime() === startsAt.getTime() ? found.movedFrom : before;
  return { shown: { ...found.shown, startsAt: startsAt.toISOString() }, refundUntil, movedFrom };
}

/** Decides what the move of its show does to a reservation, whatever state the reservation is in. */
export function onShowMoved(found: Reservation, move: ShowMove): Decision<Reservation> {
  switch (found.status) {
    case 'PENDING': {
      if (!isBefore(found, move)) return unchanged(found);
      // Its fan is told by the page, and by the receipt.
      return { next: { ...found, ...afterMove(found, move), version: found.version + 1 }, events: [] };
    }
    case 'CONFIRMED': {
      if (!isBefore(found, move)) return unchanged(found);
      const next: Confirmed = { ...found, ...afterMove(found, move), version: found.version + 1 };
      return { next, events: [announce.moved(next, move.refundUntil)] };
    }
    case 'CANCELLED':
    case 'EXPIRED':
      return unchanged(found);
    default:
      return unreachable(found);
  }
}

/** Decides what the cancellation of its show does to a reservation, whatever state the reservation is in. */
export function onShowCancelled(found: Reservation, now: Date): Decision<Reservation> {
  switch (found.status) {
    case 'PENDING':
    case 'CONFIRMED':
      return cancel(found, 'SHOW_CANCELLED', now);
    case 'CANCELLED':
    case 'EXPIRED':
      return unchanged(found);
    default:
      return unreachable(found);
  }
}

/** Ends a reservation that nobody paid, once the grace is over as well. */
export function expire(found: Reservation, now: Date): Decision<Reservation> {
  switch (found.status) {
    case 'PENDING': {
      if (found.expiresAt > expiredBefore(now)) return unchanged(found);
      const next: Expired = {
        ...found,
        status: 'EXPIRED',
        paymentId: null,
        endedAt: now,
        endedBecause: 'HOLD_EXPIRED',
        version: found.version + 1,
      };
      return { next, events: [announce.expired(next)] };
    }
    case 'CONFIRMED':
    case 'CANCELLED':
    case 'EXPIRED':
      return unchanged(found);
    default:
      return unreachable(found);
  }
}

/** Reservations that expired at this instant, or before, are due now. */
export const expiredBefore = (now: Date): Date => new Date(now.getTime() - graceMs);

function cancel(found: Pending | Confirmed, because: CancelReason, now: Date): Decision<Reservation> {
  const { paymentId, confirmedAt } =
    found.status === 'CONFIRMED' ? found : { paymentId: null, confirmedAt: null };
  const next: Cancelled = {
    ...found,
    status: 'CANCELLED',
    paymentId,
    confirmedAt,
    endedAt: now,
    endedBecause: because,
    version: found.version + 1,
  };
  return { next, events: [announce.cancelled(next)] };
}
