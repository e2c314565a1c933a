import type { Transaction } from '@frontrow/events/outbox';
import { onPaymentRefunded } from '../domain/reservation.ts';
import { lockReservation } from '../storage/reservations.ts';
import { carryOut } from './carry-out.ts';

/** Notes that the points are back. Where the reservation does not exist (yet), nobody can be following it. */
export async function noteRefund(tx: Transaction, reservationId: string, now: Date): Promise<void> {
  const found = await lockReservation(tx.manager, reservationId);
  if (found !== undefined) await carryOut(tx, found, onPaymentRefunded(found, now));
}
