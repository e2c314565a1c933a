import type { Transaction } from '@frontrow/events/outbox';
import type { Decision } from '@frontrow/events/decision';
import type { Reservation } from '../domain/reservation.ts';
import { storeChanges } from './store-changes.ts';

/** Stores and emits what was decided about a reservation that this transaction has locked. */
export async function carryOut(
  tx: Transaction,
  found: Reservation,
  { next, events }: Decision<Reservation>,
  now: Date,
): Promise<Reservation> {
  if (next !== found) await storeChanges(tx.manager, [next], now);
  tx.emit(...events);
  return next;
}
