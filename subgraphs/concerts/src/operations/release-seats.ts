import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import type { Transaction } from '@frontrow/events/outbox';
import { onEnded } from '../domain/hold.ts';
import { endedUnpaid } from '../domain/unpaid-holds.ts';
import { countUnpaidHold, giveBackFanSeats } from '../storage/fan-seats.ts';
import { lockHold, storeStatus } from '../storage/holds.ts';
import { moveSeats } from '../storage/seats.ts';
import { countSeats } from '../storage/section-counts.ts';

/** The reservation has ended: its seats, held or sold, are AVAILABLE again. */
export async function releaseSeats(
  tx: Transaction,
  reservationId: string,
  reason: ReservationEnd,
): Promise<void> {
  const found = await lockHold(tx.manager, reservationId);
  const { next, events } = onEnded(found, reason);
  if (found !== null && next !== null) {
    const { concertId, userId, scheduleId, seats } = next;
    await storeStatus(tx.manager, next);
    await giveBackFanSeats(tx.manager, concertId, userId, seats.length);
    // From when the seats can be had again: that is when the fan could take them once more.
    if (endedUnpaid(found, reason)) await countUnpaidHold(tx.manager, concertId, userId, new Date());
    await moveSeats(tx.manager, next);
    const change =
      found.status === 'SOLD' ? ({ held: 0, sold: -1 } as const) : ({ held: -1, sold: 0 } as const);
    await countSeats(tx.manager, 'events', scheduleId, seats, change);
  }
  tx.emit(...events);
}
