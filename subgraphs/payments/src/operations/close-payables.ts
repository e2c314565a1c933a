import type { Transaction } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { inTrace } from '@frontrow/kit/trace';
import { Books } from '../domain/books.ts';
import { closePayable, refund } from '../domain/close-payable.ts';
import type { Refund, ReservationEnded } from '../domain/close-payable.ts';
import type { Payable } from '../domain/payable.ts';
import { insertPayables, lockPayables } from '../storage/payables.ts';
import { findCompletedOf, markRefunded } from '../storage/payments.ts';
import { storeBooks } from '../storage/store-books.ts';
import { lockWallets } from '../storage/wallets.ts';

/** The news of an end, with the trace that it belongs to. */
export type EndInTrace = ReservationEnded & { readonly traceparent: string | undefined };

/** Closes the payables of reservations that have ended, and gives the points of those that were paid back, once. */
export async function closePayables(tx: Transaction, ends: readonly EndInTrace[]): Promise<void> {
  const { manager } = tx;
  const payables = await lockOrLeaveTombstones(tx, ends);
  const paid = payables.filter(({ status }) => status === 'PAID');
  const payments = paid.length === 0 ? [] : await findCompletedOf(manager, paid.map(idOf));
  const wallets = await lockWallets(
    manager,
    paid.map(({ userId }) => userId),
  );
  const paymentOf = new Map(payments.map((payment) => [payment.reservationId, payment]));
  const books = new Books(payables, wallets);
  const refunds: Refund[] = [];
  const now = new Date();
  for (const end of ends) {
    const found = books.payable(end.reservationId);
    const { next: payable } = closePayable(found, end);
    if (found === null || payable === null || payable === found) continue;
    books.change(payable);
    if (found.status !== 'PAID') continue;
    const payment = paymentOf.get(payable.reservationId);
    const wallet = books.wallet(payable.userId);
    if (payment === undefined || wallet === null) {
      throw new Error(`${payable.reservationId} was PAID without a payment that could be refunded`);
    }
    const ids = { movementId: newId(), entryId: newId(), houseLineId: newId() };
    const refunded = refund(payment, wallet, end.reason, now, ids);
    books.move(refunded.movement);
    refunds.push(refunded);
    inTrace(end.traceparent, () => {
      tx.emit(refunded.event);
    });
  }
  await markRefunded(
    manager,
    refunds.map(({ payment }) => payment),
  );
  await storeBooks(manager, books);
}

/** Locks the payables, and leaves tombstones for reservations whose creation has not been heard of, so that it comes too late. */
async function lockOrLeaveTombstones(
  { manager }: Transaction,
  ends: readonly ReservationEnded[],
): Promise<Payable[]> {
  const ids = ends.map(({ reservationId }) => reservationId);
  const found = await lockPayables(manager, ids);
  const known = new Set(found.map(idOf));
  const early = ends.filter(({ reservationId }) => !known.has(reservationId));
  const tombstones = early.flatMap((end) => closePayable(null, end).next ?? []);
  if (tombstones.length === 0) return found;
  await insertPayables(manager, tombstones);
  // If a creation was handled between the look and the tombstone, there is a payable to close after all.
  return [...found, ...(await lockPayables(manager, tombstones.map(idOf)))];
}

const idOf = ({ reservationId }: Payable) => reservationId;
