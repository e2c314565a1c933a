import { z } from 'zod';
import { defineEvent } from '../contract.ts';
import { id, instant, points, reservationEnd, reservedSeats, shown, text } from './fields.ts';

/** Subject: the concert's id. */
export const concertCreated = defineEvent('concert.created.v1', {
  concertId: id,
  title: text,
  salesOpenAt: instant,
  /** Until this time only operators can see the concert; left out when everybody can see it at once. */
  publishAt: instant.optional(),
});

/** An operator has changed the concert's words, times or limit. Subject: the concert's id. */
export const concertChanged = defineEvent('concert.changed.v1', {
  concertId: id,
  /** Later versions have greater numbers. `concert.created` stands for version 1. */
  version: z.int().min(2),
  title: text,
  salesOpenAt: instant,
  publishAt: instant.nullable(),
});

/**
 * The show does not take place: whoever holds or has bought seats of the date gets their points back. Subject: the schedule's id.
 */
export const scheduleCancelled = defineEvent('schedule.cancelled.v1', {
  scheduleId: id,
  concertId: id,
  /** As `concert.created` says it, for who has not heard that yet. */
  salesOpenAt: instant,
  /** Whether the concert has no other date that is to come: then nobody needs to wait in line for it. */
  isLastDate: z.boolean(),
  cancelledAt: instant,
});

/**
 * The show takes place at another time: tickets stay good, and whoever had seats before may give them back until `refundUntil`. Subject:
 * the schedule's id.
 */
export const scheduleMoved = defineEvent('schedule.moved.v1', {
  scheduleId: id,
  concertId: id,
  startsAt: instant,
  refundUntil: instant,
  /** 1 for the first move of the schedule; of two that come in any order the one with the greater number counts. */
  move: z.int().min(1),
  movedAt: instant,
});

// A purchase's saga id is its reservation's id: the subject of every event from here on.

/** A purchase begins: the seats are HELD until `expiresAt` unless reservations says otherwise. */
export const seatsHeld = defineEvent('seats.held.v1', {
  reservationId: id,
  userId: id,
  ticketId: id,
  concertId: id,
  scheduleId: id,
  shown,
  seats: reservedSeats,
  total: points,
  heldAt: instant,
  expiresAt: instant,
});

/** The happy end of a purchase. */
export const seatsSold = defineEvent('seats.sold.v1', {
  reservationId: id,
  scheduleId: id,
  seatIds: z.array(id).min(1),
});

/** The seats are AVAILABLE again. */
export const seatsReleased = defineEvent('seats.released.v1', {
  reservationId: id,
  scheduleId: id,
  seatIds: z.array(id).min(1),
  reason: reservationEnd,
});

/** The reservation was confirmed, but the seats are not held for it any more. */
export const seatsSaleFailed = defineEvent('seats.sale-failed.v1', { reservationId: id, reason: text });

const offered = { scheduleId: id, seatIds: z.array(id).min(1).max(2_000) };

/** An operator does not sell these seats for now. Subject: the schedule's id. */
export const seatsKeptBack = defineEvent('seats.kept-back.v1', offered);

/** Seats that were kept back are AVAILABLE again. Subject: the schedule's id. */
export const seatsGivenFree = defineEvent('seats.given-free.v1', offered);
