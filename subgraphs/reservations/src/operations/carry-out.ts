import type { Transaction } from '@frontrow/events/outbox';
import type { Decision } from '@frontrow/events/decision';
import type { Reservation } from '../domain/reservation.ts';
import { updateReservations } from '../storage/reservations.ts';

/** Stores and announces what was decided about a reservation that this transaction has locked. */
export async function carryOut(
  tx: Transaction,
  found: Reservation,
  { next, events }: Decision<Reservation>,
): Promise<Reservation> {
  if (next !== found) await updateReservations(tx.manager, [next]);
  tx.emit(...events);
  return next;
}
