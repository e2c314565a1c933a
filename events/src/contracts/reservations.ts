import { z } from 'zod';
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

/** The show that is paid for takes place at another time. `shown` says so already. */
export const reservationMoved = defineEvent('reservation.moved.v1', {
  reservationId: id,
  userId: id,
  scheduleId: id,
  shown,
  seats: reservedSeats,
  /** When it was to start, as the fan was told last. */
  movedFrom: instant,
  /** Until when the fan may give the seats back. */
  refundUntil: instant,
  /** How often the reservation has changed: of two moves the one with the greater version is the later one. */
  version: z.int().min(1),
});
