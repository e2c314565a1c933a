import type { Cancelled, Confirmed, Expired, Reservation, ReservationBase } from '../domain/reservation.ts';
import type { ReservationRow, SeatRow } from './entities.ts';

/** The columns that a change of state can change. */
export type State = Pick<
  ReservationRow,
  'status' | 'paymentId' | 'confirmedAt' | 'endedAt' | 'endedBecause' | 'refundedAt' | 'version'
>;

export const toState = (reservation: Reservation): State => ({
  status: reservation.status,
  paymentId: 'paymentId' in reservation ? reservation.paymentId : null,
  confirmedAt: 'confirmedAt' in reservation ? reservation.confirmedAt : null,
  endedAt: 'endedAt' in reservation ? reservation.endedAt : null,
  endedBecause: 'endedBecause' in reservation ? reservation.endedBecause : null,
  refundedAt: reservation.refundedAt,
  version: reservation.version,
});

export function toRow(reservation: Reservation): ReservationRow {
  const { concertTitle, artist, venueName, startsAt } = reservation.shown;
  const { id, userId, ticketId, concertId, scheduleId, total, createdAt, expiresAt } = reservation;
  const { refundUntil, movedFrom } = reservation;
  return {
    ...{ id, userId, ticketId, concertId, scheduleId, total, createdAt, expiresAt, refundUntil, movedFrom },
    ...{ concertTitle, artist, venueName, startsAt: new Date(startsAt) },
    ...toState(reservation),
  };
}

export const toSeatRows = ({ id, seats }: ReservationBase): SeatRow[] =>
  seats.map((seat, position) => ({ reservationId: id, position, ...seat }));

/** @param seats the reservation's seats in their order */
export function toReservation(row: ReservationRow, seats: readonly SeatRow[]): Reservation {
  const { concertTitle, artist, venueName, startsAt } = row;
  const { paymentId, confirmedAt, endedAt, endedBecause, ...rest } = row;
  const base = {
    ...rest,
    shown: { concertTitle, artist, venueName, startsAt: startsAt.toISOString() },
    seats: seats.map(({ seatId, label, price }) => ({ seatId, label, price })),
  };
  // `toState` always writes all columns that belong to a status.
  switch (row.status) {
    case 'PENDING':
      return { ...base, status: row.status };
    case 'CONFIRMED':
      return { ...base, paymentId, confirmedAt } as Confirmed;
    case 'CANCELLED':
      return { ...base, paymentId, confirmedAt, endedAt, endedBecause } as Cancelled;
    case 'EXPIRED':
      return { ...base, paymentId, endedAt, endedBecause } as Expired;
  }
}
