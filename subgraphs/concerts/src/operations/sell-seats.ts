import type { Transaction } from '@frontrow/events/outbox';
import { onConfirmed } from '../domain/hold.ts';
import { lockHold, storeStatus } from '../storage/holds.ts';
import { moveSeats } from '../storage/seats.ts';
import { countSeats } from '../storage/section-counts.ts';

/** The reservation is confirmed: what it holds becomes SOLD, unless it holds nothing any more. */
export async function sellSeats(tx: Transaction, reservationId: string): Promise<void> {
  const { next, events } = onConfirmed(await lockHold(tx.manager, reservationId), reservationId);
  if (next !== null) {
    await storeStatus(tx.manager, next);
    await moveSeats(tx.manager, next);
    await countSeats(tx.manager, 'events', next.scheduleId, next.seats, { held: -1, sold: 1 });
  }
  tx.emit(...events);
}
