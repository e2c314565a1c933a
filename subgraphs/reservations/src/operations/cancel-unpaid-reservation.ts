import type { Transaction } from '@frontrow/events/outbox';
import { onPaymentFailed } from '../domain/reservation.ts';
import { lockReservationOrNoteItsEnd } from '../storage/early-ends.ts';
import { carryOut } from './carry-out.ts';

/** Gives up a hold whose fan had too few points. */
export async function cancelUnpaidReservation(tx: Transaction, id: string, now: Date): Promise<void> {
  const found = await lockReservationOrNoteItsEnd(tx.manager, id, 'PAYMENT_FAILED', now);
  if (found !== undefined) await carryOut(tx, found, onPaymentFailed(found, now));
}
