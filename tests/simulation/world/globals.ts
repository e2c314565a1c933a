import { webcrypto } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Actor, Scheduler } from './scheduler.ts';

/*
 * Everything by which code learns of the time, waits, or rolls dice follows the scheduler from here on. This module is
 * the first that a worker of the simulation loads.
 */

const { setImmediate: nextTurn, Date: RealDate } = globalThis;
let scheduler: Scheduler | undefined;

/** From now on this world's clock, timers and dice count; undefined: the real clock, and nobody waits. */
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

/** In ms: those who look again and again do so this often, or a schedule of minutes would be a million idle looks. */
const looks = { least: 60_000, most: 240_000 };

/** @param ms as the code asks for; less than `looks.least` is some of these */
function wait(ms: number, run: () => void) {
  if (scheduler?.current === undefined) throw new Error('nobody is there to wait');
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
// What is done every few seconds so that others do not lose patience is not done here: they lose it. Only of a process that has lost
// its database it is done (`keepAlive`): what it holds it would hold for ever.
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

/** Signing and verifying run on other threads: the one thing here that is waited for in real time. */
let atWork = 0;
for (const name of ['sign', 'verify', 'importKey', 'digest'] as const) {
  const work = webcrypto.subtle[name].bind(webcrypto.subtle) as (...given: unknown[]) => Promise<unknown>;
  Object.assign(webcrypto.subtle, {
    [name]: async (...given: unknown[]) => {
      atWork++;
      try {
        return await work(...given);
      } finally {
        atWork--;
      }
    },
  });
}

/** Until everybody waits for the scheduler. */
export async function untilSettled(): Promise<void> {
  do await new Promise(nextTurn);
  while (atWork > 0);
}
