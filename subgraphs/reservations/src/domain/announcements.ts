import type { NewEvent } from '@frontrow/events/contract';
import { toPublishedEnd } from '@frontrow/events/contracts/fields';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationConfirmFailed,
  reservationCreated,
  reservationExpired,
  reservationMoved,
} from '@frontrow/events/contracts/reservations';
import type {
  Cancelled,
  Confirmed,
  Expired,
  PaymentCompleted,
  Pending,
  ReservationBase,
} from './reservation.ts';

const whoseAndWhat = ({ id, userId, ticketId, concertId, scheduleId }: ReservationBase) => ({
  reservationId: id,
  userId,
  ticketId,
  concertId,
  scheduleId,
});

export const created = (reservation: Pending): NewEvent =>
  reservationCreated.about(reservation.id, {
    ...whoseAndWhat(reservation),
    total: reservation.total,
    expiresAt: reservation.expiresAt.toISOString(),
  });

/** Everything a receipt shows. */
export const confirmed = (reservation: Confirmed): NewEvent =>
  reservationConfirmed.about(reservation.id, {
    ...whoseAndWhat(reservation),
    paymentId: reservation.paymentId,
    shown: reservation.shown,
    seats: [...reservation.seats],
    total: reservation.total,
    confirmedAt: reservation.confirmedAt.toISOString(),
  });

/** Asks payments to refund this payment. */
export const confirmFailed = (
  { reservationId, paymentId }: PaymentCompleted,
  reason: ReservationEnd,
): NewEvent =>
  reservationConfirmFailed.about(reservationId, { reservationId, paymentId, ...toPublishedEnd(reason) });

export const cancelled = (reservation: Cancelled): NewEvent =>
  reservationCancelled.about(reservation.id, {
    ...whoseAndWhat(reservation),
    ...toPublishedEnd(reservation.endedBecause),
  });

export const expired = (reservation: Expired): NewEvent =>
  reservationExpired.about(reservation.id, whoseAndWhat(reservation));

/** The show of a reservation that is paid takes place at another time, which `shown` says already. */
export function moved(reservation: Confirmed, refundUntil: Date): NewEvent {
  const { id, userId, scheduleId, shown, seats, movedFrom, version } = reservation;
  return reservationMoved.about(id, {
    ...{ reservationId: id, userId, scheduleId, shown, seats: [...seats] },
    ...{
      movedFrom: movedFrom?.toISOString() ?? shown.startsAt,
      refundUntil: refundUntil.toISOString(),
      version,
    },
  });
}
