import type { Transaction } from '@frontrow/events/outbox';
import { onEarlyEnd, onSeatsHeld } from '../domain/reservation.ts';
import type { SeatsHeld } from '../domain/reservation.ts';
import { findEarlyEnd } from '../storage/early-ends.ts';
import { insertReservation } from '../storage/reservations.ts';
import { carryOut } from './carry-out.ts';

/** Makes a hold of seats a reservation. */
export async function createReservation(tx: Transaction, held: SeatsHeld, now: Date): Promise<void> {
  const { next: created, events } = onSeatsHeld(held);
  if (!(await insertReservation(tx.manager, created))) return; // told twice
  tx.emit(...events);
  const because = await findEarlyEnd(tx.manager, created.id);
  if (because !== undefined) await carryOut(tx, created, onEarlyEnd(created, because, now));
}
