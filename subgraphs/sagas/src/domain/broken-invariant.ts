import type { Step, StepName } from './step.ts';

/** What must never be true of a purchase. The audit knows more, but only of a system at rest. */
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
 * The invariant that a purchase breaks, as far as its events tell by now; null when there is none. Events come in any order, so one that
 * is missing makes a purchase look broken until it is heard of, a moment later. Of a purchase whose beginning is not known others may
 * be forgotten, too: then nothing is said about what is missing.
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

/** By each of these a purchase that was sold may go back. */
const ends: readonly StepName[] = ['reservation.cancelled', 'saga.compensation-requested'];

const seatsHeldBy = ({ data }: Step) =>
  seatList((data['seats'] as { readonly seatId: string }[]).map(({ seatId }) => seatId));
const seatList = (ids: unknown) => (ids as readonly string[]).toSorted().join();
