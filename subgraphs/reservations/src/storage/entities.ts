import { EntitySchema } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { count, id, instant, key, optional, text } from '@frontrow/kit/columns';
import type { Admission, Conflict } from '../domain/admission.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { SeatTicket } from '../domain/seat-ticket.ts';

export interface ReservationRow {
  id: string;
  userId: string;
  ticketId: string;
  concertId: string;
  scheduleId: string;
  concertTitle: string;
  artist: string;
  venueName: string;
  startsAt: Date;
  total: number;
  createdAt: Date;
  expiresAt: Date;
  status: Reservation['status'];
  paymentId: string | null;
  confirmedAt: Date | null;
  endedAt: Date | null;
  endedBecause: ReservationEnd | null;
  refundUntil: Date | null;
  movedFrom: Date | null;
  refundedAt: Date | null;
  version: number;
}

export interface SeatRow {
  reservationId: string;
  /** The seat's place in the reservation, from 0, in the order that the fan saw. */
  position: number;
  seatId: string;
  label: string;
  price: number;
}

export const reservationRows = new EntitySchema<ReservationRow>({
  name: 'reservations',
  columns: {
    id: key(id('id')),
    userId: id('user_id'),
    ticketId: id('ticket_id'),
    concertId: id('concert_id'),
    scheduleId: id('schedule_id'),
    concertTitle: text('concert_title'),
    artist: text('artist'),
    venueName: text('venue_name'),
    startsAt: instant('starts_at'),
    total: count('total'),
    createdAt: instant('created_at'),
    expiresAt: instant('expires_at'),
    status: text('status'),
    paymentId: optional(id('payment_id')),
    confirmedAt: optional(instant('confirmed_at')),
    endedAt: optional(instant('ended_at')),
    endedBecause: optional(text('ended_because')),
    refundUntil: optional(instant('refund_until')),
    movedFrom: optional(instant('moved_from')),
    refundedAt: optional(instant('refunded_at')),
    version: count('version'),
  },
});

export const seatRows = new EntitySchema<SeatRow>({
  name: 'reservation_seats',
  columns: {
    reservationId: key(id('reservation_id')),
    position: key(count('position')),
    seatId: id('seat_id'),
    label: text('label'),
    price: count('price'),
  },
});

export const ticketRows = new EntitySchema<SeatTicket>({
  name: 'seat_tickets',
  columns: {
    reservationId: key(id('reservation_id')),
    position: key(count('position')),
    id: text('id'),
    issuedAt: instant('issued_at'),
    voidedAt: optional(instant('voided_at')),
  },
});

export const admissionRows = new EntitySchema<Admission>({
  name: 'admissions',
  columns: {
    ticketId: key(id('ticket_id')),
    reservationId: id('reservation_id'),
    scheduleId: id('schedule_id'),
    id: id('scan_id'),
    door: text('door'),
    at: instant('scanned_at'),
    scannedBy: id('scanned_by'),
  },
});

export const conflictRows = new EntitySchema<Conflict>({
  name: 'admission_conflicts',
  columns: {
    id: key(id('scan_id')),
    ticketId: id('ticket_id'),
    reservationId: id('reservation_id'),
    scheduleId: id('schedule_id'),
    door: text('door'),
    at: instant('scanned_at'),
    scannedBy: id('scanned_by'),
    reason: text('reason'),
  },
});

export const entities = [reservationRows, seatRows, ticketRows, admissionRows, conflictRows];
