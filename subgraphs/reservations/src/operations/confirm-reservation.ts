import type { Transaction } from '@frontrow/events/outbox';
import { onPaymentCompleted, onPaymentWithoutReservation } from '../domain/reservation.ts';
import type { PaymentCompleted } from '../domain/reservation.ts';
import { lockReservationOrNoteItsEnd } from '../storage/early-ends.ts';
import { carryOut } from './carry-out.ts';

/** Confirms what was paid, or says that it cannot be, so that the points go back. */
export async function confirmReservation(
  tx: Transaction,
  payment: PaymentCompleted,
  now: Date,
): Promise<void> {
  const { because, events } = onPaymentWithoutReservation(payment);
  const found = await lockReservationOrNoteItsEnd(tx.manager, payment.reservationId, because, now);
  if (found === undefined) tx.emit(...events);
  else await carryOut(tx, found, onPaymentCompleted(found, payment, now));
}
