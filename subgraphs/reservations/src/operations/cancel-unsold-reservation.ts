import type { Transaction } from '@frontrow/events/outbox';
import { onSaleFailed } from '../domain/reservation.ts';
import { lockReservationOrNoteItsEnd } from '../storage/early-ends.ts';
import { carryOut } from './carry-out.ts';

/** Takes a confirmation back whose seats could not be sold. */
export async function cancelUnsoldReservation(tx: Transaction, id: string, now: Date): Promise<void> {
  const found = await lockReservationOrNoteItsEnd(tx.manager, id, 'SALE_FAILED', now);
  if (found !== undefined) await carryOut(tx, found, onSaleFailed(found, now));
}
