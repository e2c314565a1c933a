import type { ShowEndPartsFragment } from '../operations.generated.ts';

type Totals = NonNullable<ShowEndPartsFragment['reservationTotals']>[number];
type Cancellation = NonNullable<ShowEndPartsFragment['cancellation']>;
type Sum = Pick<Totals, 'reservations' | 'seats' | 'total'>;

/** What cancelling a show would affect: paid reservations, and unpaid ones. The others have ended already. */
export function rehearsalOf(totals: readonly Totals[]): { readonly paid: Sum; readonly unpaid: Sum } {
  const of = (status: Totals['status']): Sum =>
    totals.find((each) => each.status === status) ?? { reservations: 0, seats: 0, total: 0 };
  return { paid: of('CONFIRMED'), unpaid: of('PENDING') };
}

/** A reservation is one part of the work, and its refund is another. */
export function progressOf(cancellation: Cancellation) {
  const { reservationsLeft, reservationsCancelled, refundsLeft, refunds } = cancellation;
  const done = reservationsCancelled + refunds;
  const left = reservationsLeft + refundsLeft;
  return { done, of: done + left, isOver: left === 0 };
}
