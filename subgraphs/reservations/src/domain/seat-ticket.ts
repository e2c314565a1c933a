import type { ReservedSeat } from '@frontrow/events/contracts/fields';
import type { Reservation } from './reservation.ts';

/** What opens the door to one seat of a reservation. Queue tickets, whose ids reservations also have, are something else. */
export interface SeatTicket {
  readonly id: string;
  readonly reservationId: string;
  /** The seat's place among those of the reservation, from 0. */
  readonly position: number;
  readonly issuedAt: Date;
  /** Null while it is good. */
  readonly voidedAt: Date | null;
}

/** A ticket, with what its reservation knows about it. */
export interface ShownTicket extends SeatTicket {
  readonly seat: ReservedSeat;
  readonly scheduleId: string;
}

/**
 * The tickets that reservations in these states must have, and the ids of the reservations whose tickets are void. It does not
 * matter whether the tickets exist, or are void, already.
 */
export function ticketsFollowing(
  changed: readonly Reservation[],
  newId: () => string,
): { issued: SeatTicket[]; voided: string[] } {
  const issued = changed.flatMap((reservation) =>
    reservation.status === 'CONFIRMED'
      ? reservation.seats.map((_, position) => ({
          ...{ id: newId(), reservationId: reservation.id, position },
          ...{ issuedAt: reservation.confirmedAt, voidedAt: null },
        }))
      : [],
  );
  const voided = changed.filter(({ status }) => status === 'CANCELLED').filter(wasConfirmed);
  return { issued, voided: voided.map(({ id }) => id) };
}

const wasConfirmed = (reservation: Reservation) =>
  'confirmedAt' in reservation && reservation.confirmedAt !== null;
