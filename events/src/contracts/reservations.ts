import { defineEvent } from '../contract.ts';
import { endDetail, id, instant, points, reservationEnd, reservedSeats, shown } from './fields.ts';

// Subject of all: the reservation's id, which is the saga's.

/** The reservation is PENDING and may be paid until `expiresAt`. */
export const reservationCreated = defineEvent('reservation.created.v1', {
  reservationId: id,
  userId: id,
  ticketId: id,
  concertId: id,
  scheduleId: id,
  total: points,
  expiresAt: instant,
});

/** Everything a receipt shows. */
export const reservationConfirmed = defineEvent('reservation.confirmed.v1', {
  reservationId: id,
  userId: id,
  ticketId: id,
  concertId: id,
  scheduleId: id,
  paymentId: id,
  shown,
  seats: reservedSeats,
  total: points,
  confirmedAt: instant,
});

/** A payment completed for a reservation that can no longer be confirmed: its points must go back. */
export const reservationConfirmFailed = defineEvent('reservation.confirm-failed.v1', {
  reservationId: id,
  paymentId: id,
  reason: reservationEnd,
  detail: endDetail,
});

export const reservationCancelled = defineEvent('reservation.cancelled.v1', {
  reservationId: id,
  userId: id,
  ticketId: id,
  concertId: id,
  scheduleId: id,
  reason: reservationEnd,
  detail: endDetail,
});

/** Nobody paid in time. */
export const reservationExpired = defineEvent('reservation.expired.v1', {
  reservationId: id,
  userId: id,
  ticketId: id,
  concertId: id,
  scheduleId: id,
});
