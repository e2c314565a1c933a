import type { Reservation } from './reservation.ts';

/** What opens the door to one seat of a reservation. The queue's tickets, which reservations have the id of, are others. */
export interface SeatTicket {
  readonly id: string;
  readonly reservationId: string;
  /** The seat's place among those of the reservation, from 0. */
  readonly position: number;
  readonly issuedAt: Date;
  /** Null while it is good. */
  readonly voidedAt: Date | null;
}

/**
 * The tickets that reservations have once they are in these states, and those whose tickets are void. That they had them before
 * changes nothing.
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
