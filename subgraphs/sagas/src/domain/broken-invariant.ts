import type { Step, StepName } from './step.ts';

/** What must never be true of a purchase. The audit checks more, but only in a system at rest. */
export const invariants = [
  'PAID_TWICE',
  'REFUNDED_TWICE',
  'SOLD_TWICE',
  'CONFIRMED_UNPAID',
  'REFUNDED_UNPAID',
  'SOLD_UNCONFIRMED',
  'SOLD_AND_REFUNDED',
  'WRONG_AMOUNT',
  'WRONG_SEATS',
] as const;
export type Invariant = (typeof invariants)[number];

/**
 * The invariant that a purchase breaks, as far as its events show; null when it breaks none. Events arrive in any order, so a missing one
 * makes a purchase look broken for a moment, until it arrives. If the beginning of a purchase is unknown, other events may
 * be forgotten too; then missing events are not counted as a breach.
 */
export function brokenInvariant(steps: readonly Step[]): Invariant | null {
  const named = (name: StepName) => steps.filter((step) => step.name === name);
  const [held] = named('seats.held');
  const [paid, refunded, sold] = [named('payment.completed'), named('payment.refunded'), named('seats.sold')];
  if (paid.length > 1) return 'PAID_TWICE';
  if (refunded.length > 1) return 'REFUNDED_TWICE';
  if (sold.length > 1) return 'SOLD_TWICE';
  if (held === undefined) return null;
  const isConfirmed = named('reservation.confirmed').length > 0;
  if (isConfirmed && paid.length === 0) return 'CONFIRMED_UNPAID';
  if (refunded.length > 0 && paid.length === 0) return 'REFUNDED_UNPAID';
  if (sold.length > 0 && !isConfirmed) return 'SOLD_UNCONFIRMED';
  if (sold.length > 0 && refunded.length > 0 && !ends.some((name) => named(name).length > 0))
    return 'SOLD_AND_REFUNDED';
  if ([...paid, ...refunded].some(({ data }) => data['amount'] !== held.data['total'])) return 'WRONG_AMOUNT';
  const seats = seatsHeldBy(held);
  if (sold.some(({ data }) => seatList(data['seatIds']) !== seats)) return 'WRONG_SEATS';
  return null;
}

/** The events after which a sold purchase may go back. */
const ends: readonly StepName[] = ['reservation.cancelled', 'saga.compensation-requested'];

const seatsHeldBy = ({ data }: Step) =>
  seatList((data['seats'] as { readonly seatId: string }[]).map(({ seatId }) => seatId));
const seatList = (ids: unknown) => (ids as readonly string[]).toSorted().join();
