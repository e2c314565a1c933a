import type { DataOf } from '@frontrow/events/contract';
import type { seatsHeld, seatsSaleFailed } from '@frontrow/events/contracts/concerts';
import type { ReservationEnd, ReservedSeat, Shown } from '@frontrow/events/contracts/fields';
import type { paymentCompleted, paymentRefunded } from '@frontrow/events/contracts/payments';
import { unreachable } from '@frontrow/kit/unreachable';

export type SeatsHeld = DataOf<typeof seatsHeld>;
export type PaymentCompleted = DataOf<typeof paymentCompleted>;
export type PaymentRefunded = DataOf<typeof paymentRefunded>;
export type SaleFailed = DataOf<typeof seatsSaleFailed>;

/** What a reservation of any status has: what was reserved, by whom and until when. Only a show that is moved changes its time. */
export interface ReservationBase {
  readonly id: string;
  readonly userId: string;
  readonly ticketId: string;
  readonly concertId: string;
  readonly scheduleId: string;
  readonly shown: Shown;
  readonly seats: readonly ReservedSeat[];
  /** Points. */
  readonly total: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Until when it may be given back once it is paid, because its show was moved; null if the show was not moved. */
  readonly refundUntil: Date | null;
  /** When the show was to start before the move, as the fan was told last; null if `refundUntil` is null. */
  readonly movedFrom: Date | null;
  /** When the news came that the payment's points were refunded; null if they were not, or if no points had been paid. */
  readonly refundedAt: Date | null;
  /** 1 at creation; grows by one with each change. */
  readonly version: number;
}

/** Why a reservation may be CANCELLED. */
export type CancelReason = Exclude<ReservationEnd, 'HOLD_EXPIRED'>;

export interface Pending extends ReservationBase {
  readonly status: 'PENDING';
}

export interface Confirmed extends ReservationBase {
  readonly status: 'CONFIRMED';
  readonly paymentId: string;
  readonly confirmedAt: Date;
}

export interface Cancelled extends ReservationBase {
  readonly status: 'CANCELLED';
  /** Null if nobody has paid. A payment that came too late is noted too. */
  readonly paymentId: string | null;
  /** Null if the reservation was never confirmed. */
  readonly confirmedAt: Date | null;
  readonly endedAt: Date;
  readonly endedBecause: CancelReason;
}

export interface Expired extends ReservationBase {
  readonly status: 'EXPIRED';
  /** The id of a payment that came too late; null if there was none. */
  readonly paymentId: string | null;
  readonly endedAt: Date;
  readonly endedBecause: 'HOLD_EXPIRED';
}

export type Reservation = Pending | Confirmed | Cancelled | Expired;

/** How long after its end, in ms, an unpaid reservation may still hear of a payment that crossed the end. */
const crossingMs = 5_000;

/**
 * Until when the reservation can still change: 'open' while it may change, or while a payment is to be refunded; an instant, if
 * it ended unpaid but a payment may have crossed its end; 'over' if nothing can follow any more.
 */
export function lastsUntil(reservation: Reservation): Date | 'open' | 'over' {
  switch (reservation.status) {
    case 'PENDING':
    case 'CONFIRMED':
      return 'open';
    case 'CANCELLED':
    case 'EXPIRED': {
      const { refundedAt, paymentId, endedAt, endedBecause } = reservation;
      // A reservation has one payment at most, and that one failed.
      if (refundedAt !== null || endedBecause === 'PAYMENT_FAILED') return 'over';
      return paymentId === null ? new Date(endedAt.getTime() + crossingMs) : 'open';
    }
    default:
      return unreachable(reservation);
  }
}

/** Until when a fan may give back what is paid; at this instant it is too late. */
export const refundableUntil = ({ shown, refundUntil }: ReservationBase): Date =>
  refundUntil ?? new Date(shown.startsAt);

/** When a moved show starts now, and until when those who had seats before may give them back. */
export interface ShowMove {
  readonly startsAt: Date;
  readonly refundUntil: Date;
}
