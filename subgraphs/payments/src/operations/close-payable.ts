import type { Transaction } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { unreachable } from '@frontrow/kit/unreachable';
import { closePayable as decide, refund } from '../domain/close-payable.ts';
import type { ReservationEnded } from '../domain/close-payable.ts';
import type { ClosedPayable } from '../domain/payable.ts';
import { insertPayable, lockPayable, updatePayable } from '../storage/payables.ts';
import { lockPaymentOf, markRefunded } from '../storage/payments.ts';
import { book, lockWallet } from '../storage/wallets.ts';

/** The reservation has ended: nobody pays for it any more, and who has paid gets the points back, once. */
export async function closePayable(tx: Transaction, ended: ReservationEnded): Promise<void> {
  const closing = decide(await lockPayable(tx.manager, ended.reservationId), ended);
  switch (closing.kind) {
    case 'nothing':
      return;
    case 'leave-tombstone':
      // Where the creation was handled between the look and this line, there is something to close after all.
      if (!(await insertPayable(tx.manager, closing.payable))) await closePayable(tx, ended);
      return;
    case 'close':
      await updatePayable(tx.manager, closing.payable);
      return;
    case 'close-and-refund':
      await updatePayable(tx.manager, closing.payable);
      await refundPayment(tx, closing.payable);
      return;
    default:
      unreachable(closing);
  }
}

async function refundPayment(tx: Transaction, { reservationId, userId, reason }: ClosedPayable) {
  const payment = await lockPaymentOf(tx.manager, reservationId);
  const wallet = await lockWallet(tx.manager, userId);
  if (payment?.status !== 'COMPLETED' || wallet === null) {
    throw new Error(`the reservation ${reservationId} was PAID without a payment that could be refunded`);
  }
  const ids = { movementId: newId(), entryId: newId(), houseLineId: newId() };
  const refunded = refund(payment, wallet, reason, new Date(), ids);
  await markRefunded(tx.manager, refunded.payment);
  if (refunded.movement !== undefined) await book(tx.manager, refunded.movement);
  tx.emit(refunded.event);
}
