import type { Transaction } from '@frontrow/events/outbox';
import { isRefusal } from '@frontrow/kit/refusal';
import { cancelByFan } from '../domain/decide-reservation.ts';
import { lockPendingOf } from '../storage/reservations.ts';
import { carryOut } from './carry-out.ts';

/** Cancels what a fan has reserved and not paid. What is paid stays, even though its owner's account is gone. */
export async function cancelUnpaidOf(tx: Transaction, userId: string, now: Date): Promise<void> {
  for (const found of await lockPendingOf(tx.manager, userId)) {
    const decision = cancelByFan(found, now);
    if (!isRefusal(decision)) await carryOut(tx, found, decision, now);
  }
}
