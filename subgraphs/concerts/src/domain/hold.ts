import type { NewEvent } from '@frontrow/events/contract';
import { unchanged } from '@frontrow/events/decision';
import type { Decision } from '@frontrow/events/decision';
import { seatsHeld, seatsReleased, seatsSaleFailed, seatsSold } from '@frontrow/events/contracts/concerts';
import { unreachable } from '@frontrow/kit/unreachable';
import { toPublishedEnd } from '@frontrow/events/contracts/fields';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import type { ScheduleOnSale } from './sale.ts';
import { labelOf } from './seat.ts';
import type { Seat } from './seat.ts';

interface Terms {
  /** This is also the id of the purchase everywhere else. */
  readonly reservationId: string;
  readonly userId: string;
  readonly ticketId: string;
  readonly concertId: string;
  readonly scheduleId: string;
  /** The seats as the fan saw them at the hold, by rank. */
  readonly seats: readonly Seat[];
  /** Points. */
  readonly total: number;
  readonly heldAt: Date;
  /** When reservations will end the hold unless it has been paid. Nothing happens in this service at that moment. */
  readonly expiresAt: Date;
}

/** What one call of holdSeats got, and what became of it. All seats of a hold share its status. */
export type Hold = Terms &
  (
    | { readonly status: 'HELD' }
    | { readonly status: 'SOLD' }
    | { readonly status: 'RELEASED'; readonly releasedBecause: ReservationEnd }
  );

/** Tells a hold from the other answers to a call. */
export const isHold = (answer: object | string | null): answer is Hold =>
  typeof answer === 'object' && answer !== null && 'reservationId' in answer;

/** The answer when somebody else has one of the seats. It is neither a hold nor a refusal. */
export interface SeatsTaken {
  readonly __typename: 'SeatsTaken';
  readonly seatIds: string[];
  readonly message: string;
}

export const seatsTaken = (seatIds: string[]): SeatsTaken => ({
  __typename: 'SeatsTaken',
  seatIds,
  message: 'Some of the seats are not available, so none of them is held.',
});

export const placeHold = (
  sale: ScheduleOnSale,
  terms: Pick<Terms, 'reservationId' | 'userId' | 'ticketId' | 'seats'>,
  heldAt: Date,
  holdSeconds: number,
): Hold => ({
  ...terms,
  concertId: sale.concertId,
  scheduleId: sale.scheduleId,
  total: terms.seats.reduce((sum, { price }) => sum + price, 0),
  heldAt,
  expiresAt: new Date(heldAt.getTime() + holdSeconds * 1_000),
  status: 'HELD',
});

export const heldEvent = (
  hold: Hold,
  { concertTitle, artist, venueName, startsAt }: ScheduleOnSale,
): NewEvent =>
  seatsHeld.about(hold.reservationId, {
    reservationId: hold.reservationId,
    userId: hold.userId,
    ticketId: hold.ticketId,
    concertId: hold.concertId,
    scheduleId: hold.scheduleId,
    shown: { concertTitle, artist, venueName, startsAt: startsAt.toISOString() },
    seats: hold.seats.map((seat) => ({ seatId: seat.id, label: labelOf(seat), price: seat.price })),
    total: hold.total,
    heldAt: hold.heldAt.toISOString(),
    expiresAt: hold.expiresAt.toISOString(),
  });

/** null means that there is no such hold. */
type Found = Hold | null;

/** Decides what a confirmed reservation does to its hold, whatever state the hold is in. */
export function onConfirmed(found: Found, reservationId: string): Decision<Found> {
  // Unknown seats cannot be sold, and the fan has paid, so the purchase must be undone.
  if (found === null) return unchanged(found, saleFailed(reservationId, 'There is no such hold.'));
  switch (found.status) {
    case 'HELD':
      return { next: { ...found, status: 'SOLD' }, events: [seatsSold.about(reservationId, seatsOf(found))] };
    case 'SOLD':
      return unchanged(found);
    case 'RELEASED':
      return unchanged(
        found,
        saleFailed(reservationId, `The seats were released: ${found.releasedBecause}.`),
      );
    default:
      return unreachable(found);
  }
}

/** Decides what the end of a reservation, before or after a sale, does to its hold. */
export function onEnded(found: Found, reason: ReservationEnd): Decision<Found> {
  // Every reservation begins with a hold, so one without a hold has nothing to release.
  if (found === null) return unchanged(found);
  switch (found.status) {
    case 'HELD':
    case 'SOLD':
      return {
        next: { ...found, status: 'RELEASED', releasedBecause: reason },
        events: [
          seatsReleased.about(found.reservationId, {
            ...seatsOf(found),
            reason: toPublishedEnd(reason).reason,
          }),
        ],
      };
    case 'RELEASED':
      return unchanged(found);
    default:
      return unreachable(found);
  }
}

const saleFailed = (reservationId: string, reason: string): NewEvent =>
  seatsSaleFailed.about(reservationId, { reservationId, reason });

const seatsOf = ({ reservationId, scheduleId, seats }: Hold) => ({
  reservationId,
  scheduleId,
  seatIds: seats.map(({ id }) => id),
});

/** A change of a hold: what it was, and what it is from now on. */
export interface HoldChange {
  readonly found: Hold;
  readonly next: Hold;
}

/** By how much a section's counts of held, sold and kept-back seats change. */
export interface SectionChange {
  readonly scheduleId: string;
  readonly sectionId: string;
  readonly held: number;
  readonly sold: number;
  readonly kept: number;
}

const isIn = (hold: Hold | null, status: Hold['status']) => (hold?.status === status ? 1 : 0);

/** What a new or changed hold means for the sections of its seats: one change for each seat. */
export const countsOf = ({ found, next }: { found: Hold | null; next: Hold }): SectionChange[] =>
  next.seats.map(({ sectionId }) => ({
    scheduleId: next.scheduleId,
    sectionId,
    held: isIn(next, 'HELD') - isIn(found, 'HELD'),
    sold: isIn(next, 'SOLD') - isIn(found, 'SOLD'),
    kept: 0,
  }));
