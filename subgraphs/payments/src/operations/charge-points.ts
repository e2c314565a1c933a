import type { Outbox } from '@frontrow/events/outbox';
import { claimKey, keyReused } from '@frontrow/kit/idempotency';
import { newId } from '@frontrow/kit/ids';
import { isRefusal } from '@frontrow/kit/refusal';
import { decideCharge } from '../domain/decide-charge.ts';
import { getEntry } from '../storage/ledger-lines.ts';
import { book, lockWallet } from '../storage/wallets.ts';

export interface Charge {
  readonly userId: string;
  /** In points. */
  readonly amount: number;
  readonly idempotencyKey: string;
}

/** Puts points into the fan's wallet, once for each key. */
export const chargePoints = (outbox: Outbox, { userId, amount, idempotencyKey }: Charge) =>
  outbox.transaction(async (tx) => {
    const { manager } = tx;
    const now = new Date();
    const ids = { movementId: newId(), entryId: newId(), houseLineId: newId() };
    const call = { userId, key: idempotencyKey, operation: 'chargePoints', args: { amount }, now };
    const claim = await claimKey(manager, call, ids.entryId);
    if (claim === 'other-arguments') return tx.undo(keyReused());
    if (claim !== 'claimed') return getEntry(manager, claim.effectId);

    const decision = decideCharge(await lockWallet(manager, userId), amount, now, ids);
    if (isRefusal(decision)) return tx.undo(decision);
    await book(manager, decision);
    return decision.entry;
  });
