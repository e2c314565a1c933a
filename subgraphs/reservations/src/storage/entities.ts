import { EntitySchema } from 'typeorm';
import type { EntitySchemaColumnOptions } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
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
  refundedAt: Date | null;
  version: number;
}

export interface SeatRow {
  reservationId: string;
  /** Its place among the seats of the reservation, from 0, as the fan was shown them. */
  position: number;
  seatId: string;
  label: string;
  price: number;
}

// The migrations make the tables; here columns only get their names and what becomes of their values.
const text = (name: string): EntitySchemaColumnOptions => ({ name, type: 'varchar' });
const count = (name: string): EntitySchemaColumnOptions => ({ name, type: 'int' });
const instant = (name: string): EntitySchemaColumnOptions => ({ name, type: 'datetime', precision: 3 });

export const reservationRows = new EntitySchema<ReservationRow>({
  name: 'reservations',
  columns: {
    id: { ...text('id'), primary: true },
    userId: text('user_id'),
    ticketId: text('ticket_id'),
    concertId: text('concert_id'),
    scheduleId: text('schedule_id'),
    concertTitle: text('concert_title'),
    artist: text('artist'),
    venueName: text('venue_name'),
    startsAt: instant('starts_at'),
    total: count('total'),
    createdAt: instant('created_at'),
    expiresAt: instant('expires_at'),
    status: text('status'),
    paymentId: { ...text('payment_id'), nullable: true },
    confirmedAt: { ...instant('confirmed_at'), nullable: true },
    endedAt: { ...instant('ended_at'), nullable: true },
    endedBecause: { ...text('ended_because'), nullable: true },
    refundedAt: { ...instant('refunded_at'), nullable: true },
    version: count('version'),
  },
});

export const seatRows = new EntitySchema<SeatRow>({
  name: 'reservation_seats',
  columns: {
    reservationId: { ...text('reservation_id'), primary: true },
    position: { ...count('position'), primary: true },
    seatId: text('seat_id'),
    label: text('label'),
    price: count('price'),
  },
});

export const ticketRows = new EntitySchema<SeatTicket>({
  name: 'seat_tickets',
  columns: {
    reservationId: { ...text('reservation_id'), primary: true },
    position: { ...count('position'), primary: true },
    id: text('id'),
    issuedAt: instant('issued_at'),
    voidedAt: { ...instant('voided_at'), nullable: true },
  },
});

export const entities = [reservationRows, seatRows, ticketRows];
