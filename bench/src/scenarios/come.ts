import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@frontrow/kit/testing/random';
import { inParallel } from '../in-parallel.ts';

/**
 * How the load arrives: a fixed number at a time, the next one when one is done; or by the clock, whatever becomes of those
 * before.
 */
export type Arrival =
  | { readonly atOnce: number }
  /** This many per second on average, at random moments: a Poisson process, like people who do not know of each other. */
  | { readonly perSecond: number; readonly random: Random };

/**
 * Does the work for all items as they arrive.
 *
 * @param work is given the time at which its turn was due, by the clock of `performance.now()`, from which it measures
 * @throws the first failure, once all are done
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
