import type { Transaction } from '@frontrow/events/outbox';
import { isRefusal } from '@frontrow/kit/refusal';
import { cancelByFan } from '../domain/reservation.ts';
import { lockPendingOf } from '../storage/reservations.ts';
import { carryOut } from './carry-out.ts';

/** Gives up what a fan holds and has not paid. What is paid stays, whoever it belongs to from now on. */
export async function cancelUnpaidOf(tx: Transaction, userId: string, now: Date): Promise<void> {
  for (const found of await lockPendingOf(tx.manager, userId)) {
    const decision = cancelByFan(found, now);
    if (!isRefusal(decision)) await carryOut(tx, found, decision, now);
  }
}
