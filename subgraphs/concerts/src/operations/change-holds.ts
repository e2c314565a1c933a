import type { Decision } from '@frontrow/events/decision';
import type { Transaction } from '@frontrow/events/outbox';
import { inTrace } from '@frontrow/kit/trace';
import { countsOf } from '../domain/hold.ts';
import type { Hold, HoldChange } from '../domain/hold.ts';
import { endedUnpaid } from '../domain/unpaid-holds.ts';
import { giveBackFanSeats } from '../storage/fan-seats.ts';
import { lockHolds, storeStatuses } from '../storage/holds.ts';
import { moveSeats } from '../storage/seats.ts';
import { countSeats } from '../storage/section-counts.ts';

/** The news of what happened to a hold. */
export interface HoldNews {
  readonly reservationId: string;
  /** The trace of the event that brought the news. */
  readonly traceparent: string | undefined;
  readonly decide: (found: Hold | null) => Decision<Hold | null>;
}

/**
 * Decides about holds in the order in which the news came, and stores all changes with one statement for each table. As
 * everywhere, the order of locks is: holds, fans, seats, counters, each by primary key.
 */
export async function changeHolds(tx: Transaction, news: readonly HoldNews[]): Promise<void> {
  const { manager } = tx;
  const found = await lockHolds(
    manager,
    news.map(({ reservationId }) => reservationId),
  );
  const holds = new Map<string, Hold | null>(found.map((hold) => [hold.reservationId, hold]));
  for (const { reservationId, traceparent, decide } of news) {
    const { next, events } = decide(holds.get(reservationId) ?? null);
    holds.set(reservationId, next);
    inTrace(traceparent, () => {
      tx.emit(...events);
    });
  }
  const changes = found.flatMap((hold): HoldChange[] => {
    const next = holds.get(hold.reservationId);
    return next == null || next === hold ? [] : [{ found: hold, next }];
  });
  if (changes.length === 0) return;
  await storeStatuses(
    manager,
    changes.map(({ next }) => next),
  );
  await giveBackFanSeats(manager, changes.flatMap(givenBack));
  await moveSeats(
    manager,
    changes.map(({ next }) => next),
  );
  await countSeats(manager, 'events', changes.flatMap(countsOf));
}

/** How many seats the fan of a hold gives back, and whether the hold counts as unpaid. */
function givenBack({ found, next }: HoldChange) {
  if (next.status !== 'RELEASED') return [];
  const { concertId, userId, seats } = next;
  // The pause begins when the seats become available, because that is when the fan could take them again.
  const unpaidAt = endedUnpaid(found, next.releasedBecause) ? new Date() : null;
  return [{ concertId, userId, seats: seats.length, unpaidAt }];
}
