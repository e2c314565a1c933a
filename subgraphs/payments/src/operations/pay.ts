import type { Outbox } from '@frontrow/events/outbox';
import { claimKey, keyReused } from '@frontrow/kit/idempotency';
import { isId, newId } from '@frontrow/kit/ids';
import { isRefusal } from '@frontrow/kit/refusal';
import { decidePayment, reservationNotFound } from '../domain/decide-payment.ts';
import { lockPayable, updatePayable } from '../storage/payables.ts';
import { getPayment, insertPayment } from '../storage/payments.ts';
import { book, lockWallet } from '../storage/wallets.ts';

export interface PayCall {
  readonly payerId: string;
  readonly reservationId: string;
  /** Whether the reservation, should it not be known, was given out, so that the news of it is on its way. */
  readonly mayStillCome: boolean;
  readonly idempotencyKey: string;
}

/** Pays for a reservation, once for each key, and once whatever the key. */
export async function pay(outbox: Outbox, { idempotencyKey, ...wanted }: PayCall) {
  const { payerId, reservationId, mayStillCome } = wanted;
  if (!isId(reservationId)) return reservationNotFound();
  return outbox.transaction(async (tx) => {
    const { manager } = tx;
    const ids = { paymentId: newId(), movementId: newId(), entryId: newId(), houseLineId: newId() };
    const call = { userId: payerId, key: idempotencyKey, operation: 'pay', args: { reservationId } };
    const claim = await claimKey(manager, { ...call, now: new Date() }, ids.paymentId);
    if (claim === 'other-arguments') return tx.undo(keyReused());
    if (claim !== 'claimed') return getPayment(manager, claim.effectId);

    // Everywhere in this order: the idempotency key, the payable, whose lock covers its payment, the wallet.
    const payable = await lockPayable(manager, reservationId);
    const wallet = await lockWallet(manager, payerId);
    // Looked at once the locks are had: the wait for them may have taken the hold's last second.
    const decision = decidePayment({ payerId, payable, mayStillCome, wallet, now: new Date(), ids });
    if (isRefusal(decision)) return tx.undo(decision);
    await insertPayment(manager, decision.payment);
    await updatePayable(manager, decision.payable);
    if (decision.movement !== undefined) await book(manager, decision.movement);
    tx.emit(decision.event);
    return decision.payment;
  });
}
