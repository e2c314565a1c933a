import { webcrypto } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Actor, Scheduler } from './scheduler.ts';
import { outside } from './settled.ts';

/*
 * From here on, everything by which code learns the time, waits, or uses random numbers follows the scheduler. A worker of the
 * simulation loads this module first.
 */

const { Date: RealDate } = globalThis;
let scheduler: Scheduler | undefined;

/** Switches to the clock, timers and random numbers of this world; undefined switches to the real ones, and nobody waits. */
export function enter(world: Scheduler | undefined): void {
  scheduler = world;
}

globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(now());
    else super(...(given as [number]));
  }

  static override now(): number {
    return now();
  }
} as DateConstructor;

const now = () => scheduler?.clock() ?? RealDate.now();
performance.now = now;

const realRandom = Math.random;
Math.random = () => scheduler?.random.next() ?? realRandom();

/** In ms. Code that looks again and again does so this often, or a schedule of minutes would consist of a million idle looks. */
const looks = { least: 60_000, most: 240_000 };

/** @param ms what the code asks for. Less than 100 ms becomes ten times as long; any other wait lasts at least one of `looks` */
function wait(ms: number, run: () => void) {
  if (scheduler?.current === undefined) throw new Error('no process is running that could wait');
  const { random, current } = scheduler;
  const longer = ms < 100 ? 10 * ms : Math.max(ms, random.between(looks.least, looks.most));
  return scheduler.later(current, `${ms} ms`, longer, run);
}

timers.setTimeout = (<T>(ms: number, value: T, { signal }: { signal?: AbortSignal } = {}) =>
  new Promise<T>((resolve, reject) => {
    const aborted = () => {
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    if (signal?.aborted === true) {
      aborted();
      return;
    }
    const waiting = wait(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve(value);
    });
    const stop = () => {
      waiting.cancel();
      aborted();
    };
    signal?.addEventListener('abort', stop, { once: true });
  })) as typeof timers.setTimeout;
syncBuiltinESMExports();

globalThis.setTimeout = ((run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
  wait(ms, () => {
    run(...given);
  })) as unknown as typeof setTimeout;
globalThis.clearTimeout = ((waiting: { cancel(): void } | undefined) =>
  waiting?.cancel()) as typeof clearTimeout;
// What processes do every few seconds, so that others keep waiting for them, is not done here, so that others do give up. Only a
// process that has lost its database does it (`keepAlive`), because a message that such a process keeps would then stay there for
// ever, and the simulation must find that.
const intervals = new WeakMap<Actor, Set<() => void>>();
globalThis.setInterval = ((run: () => void) => {
  const actor = scheduler?.current;
  if (actor !== undefined) intervals.set(actor, (intervals.get(actor) ?? new Set()).add(run));
  return { actor, run };
}) as unknown as typeof setInterval;
globalThis.clearInterval = ((interval: { actor?: Actor; run: () => void } | undefined) => {
  if (interval?.actor !== undefined) intervals.get(interval.actor)?.delete(interval.run);
}) as unknown as typeof clearInterval;

/** Does what this process does every few seconds, as its next step. */
export function keepAlive(actor: Actor): void {
  scheduler?.soon(actor, 'what it does every few seconds', () => {
    for (const run of intervals.get(actor) ?? []) run();
  });
}

// These work on other threads.
for (const name of ['sign', 'verify', 'importKey', 'digest'] as const) {
  const work = webcrypto.subtle[name].bind(webcrypto.subtle) as (...given: unknown[]) => Promise<unknown>;
  Object.assign(webcrypto.subtle, { [name]: (...given: unknown[]) => outside(work(...given)) });
}
