import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@frontrow/stack/testing/random';
import { inParallel } from '../in-parallel.ts';

/** How the load comes: so many at the same time, the next one when one is done; or by the clock, whatever becomes of those before. */
export type Arrival =
  | { readonly atOnce: number }
  /** So many a second on average, at moments left to chance: a Poisson process, as of people who do not know of each other. */
  | { readonly perSecond: number; readonly random: Random };

/**
 * Has all of them come and do their work.
 *
 * @param work is told when its turn was due, by the clock of `performance.now()`: what it measures counts from then
 * @throws the first failure, when all are done
 */
export async function come<Item>(
  items: readonly Item[],
  arrival: Arrival,
  work: (item: Item, dueAt: number) => Promise<void>,
): Promise<void> {
  if ('atOnce' in arrival) {
    await inParallel(items, arrival.atOnce, (item) => work(item, performance.now()));
    return;
  }
  const failures: unknown[] = [];
  const working: Promise<void>[] = [];
  let dueAt = performance.now();
  for (const item of items) {
    dueAt += (-Math.log(1 - arrival.random.next()) / arrival.perSecond) * 1_000;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await pause(waitMs);
    working.push(work(item, dueAt).catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(working);
  if (failures.length > 0) throw failures[0];
}
