import type { Decision } from '@frontrow/events/decision';
import type { NewEvent } from '@frontrow/events/contract';
import {
  onCompensationRequested,
  onPaymentCompleted,
  onPaymentFailed,
  onPaymentRefunded,
  onPaymentWithoutReservation,
  onSaleFailed,
} from './decide-reservation.ts';
import type {
  CancelReason,
  PaymentCompleted,
  PaymentRefunded,
  Reservation,
  SaleFailed,
} from './reservation.ts';

/** Something that was heard about one reservation. */
export interface News {
  readonly reservationId: string;
  /** Decides what the news does to the reservation, whatever state the reservation is in. */
  readonly decide: (found: Reservation) => Decision<Reservation>;
  /** What follows if the reservation is not known; nothing if this is left out. */
  readonly ifUnknown?: EarlyEnd;
}

/** An end for a reservation that is not known: if it is created later, it ends at once. */
export interface EarlyEnd {
  readonly because: CancelReason;
  readonly events: readonly NewEvent[];
}

const endsIt = (because: CancelReason): EarlyEnd => ({ because, events: [] });

export const ofPaymentCompleted = (payment: PaymentCompleted, now: Date): News => ({
  reservationId: payment.reservationId,
  decide: (found) => onPaymentCompleted(found, payment, now),
  ifUnknown: onPaymentWithoutReservation(payment),
});

export const ofPaymentFailed = ({ reservationId }: { readonly reservationId: string }, now: Date): News => ({
  reservationId,
  decide: (found) => onPaymentFailed(found, now),
  ifUnknown: endsIt('PAYMENT_FAILED'),
});

/** If the reservation does not exist (yet), nobody can be following it. */
export const ofPaymentRefunded = ({ reservationId }: PaymentRefunded, now: Date): News => ({
  reservationId,
  decide: (found) => onPaymentRefunded(found, now),
});

export const ofSaleFailed = ({ reservationId }: SaleFailed, now: Date): News => ({
  reservationId,
  decide: (found) => onSaleFailed(found, now),
  ifUnknown: endsIt('SALE_FAILED'),
});

export const ofCompensation = ({ sagaId }: { readonly sagaId: string }, now: Date): News => ({
  reservationId: sagaId,
  decide: (found) => onCompensationRequested(found, now),
  ifUnknown: endsIt('COMPENSATED'),
});

/** The early ends among the news, by reservation. The first about each reservation says why it will end. */
export function earlyEnds(found: readonly Reservation[], news: readonly News[]): Map<string, CancelReason> {
  const known = new Set(found.map(({ id }) => id));
  const ends = new Map<string, CancelReason>();
  for (const { reservationId, ifUnknown } of news) {
    if (ifUnknown === undefined || known.has(reservationId) || ends.has(reservationId)) continue;
    ends.set(reservationId, ifUnknown.because);
  }
  return ends;
}

/**
 * Decides about each piece of news in turn, on the state that those before it left.
 * @returns the new state of each reservation that has changed, and for each piece of news the events that it leads to
 */
export function decideInTurn(
  found: readonly Reservation[],
  news: readonly News[],
): { changed: Reservation[]; events: (readonly NewEvent[])[] } {
  const states = new Map(found.map((reservation) => [reservation.id, reservation]));
  const changed = new Map<string, Reservation>();
  const events = news.map(({ reservationId, decide, ifUnknown }) => {
    const before = states.get(reservationId);
    if (before === undefined) return ifUnknown?.events ?? [];
    const { next, events } = decide(before);
    if (next === before) return events;
    states.set(reservationId, next);
    changed.set(reservationId, next);
    return events;
  });
  return { changed: [...changed.values()], events };
}
