import type { Transaction } from '@frontrow/events/outbox';
import { onCompensationRequested } from '../domain/reservation.ts';
import { lockReservationOrNoteItsEnd } from '../storage/early-ends.ts';
import { carryOut } from './carry-out.ts';

/** Takes back a reservation whose purchase cannot be completed, paid or not. */
export async function compensateReservation(tx: Transaction, id: string, now: Date): Promise<void> {
  const found = await lockReservationOrNoteItsEnd(tx.manager, id, 'COMPENSATED', now);
  if (found !== undefined) await carryOut(tx, found, onCompensationRequested(found, now));
}
