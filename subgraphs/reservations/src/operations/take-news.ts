import type { Transaction } from '@frontrow/events/outbox';
import { inTrace } from '@frontrow/kit/trace';
import { decideInTurn, earlyEnds } from '../domain/news.ts';
import type { News } from '../domain/news.ts';
import { noteEarlyEnds } from '../storage/early-ends.ts';
import { lockReservations } from '../storage/reservations.ts';
import { storeChanges } from './store-changes.ts';

/** A piece of news, with the trace that it belongs to. */
export type NewsInTrace = News & { readonly traceparent: string | undefined };

/** Carries out what follows from several pieces of news, in their order. Everything is loaded together, and stored together. */
export async function takeNews(tx: Transaction, news: readonly NewsInTrace[], now: Date): Promise<void> {
  const { manager } = tx;
  const found = await lockReservations(
    manager,
    news.map(({ reservationId }) => reservationId),
  );
  const early = earlyEnds(found, news);
  if (early.size > 0) {
    await noteEarlyEnds(manager, early, now);
    // This looks again after leaving the tombstones, and `createReservations` inserts before it looks for them. So of two
    // transactions at the same moment, at least one sees the other.
    found.push(...(await lockReservations(manager, [...early.keys()])));
  }
  const { changed, events } = decideInTurn(found, news);
  await storeChanges(manager, changed, now);
  for (const [i, { traceparent }] of news.entries()) {
    inTrace(traceparent, () => {
      tx.emit(...(events[i] ?? []));
    });
  }
}
