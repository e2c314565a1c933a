import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './log.ts';

export interface Repeating {
  /** Runs the work now; when it is running already, once more after that. */
  wake(): void;
  /** Waits for the run under way; none follows. */
  stop(): Promise<void>;
}

/** Whether there is more to do right now, or nothing; or in how many ms there will be, when it is known. */
export type Left = 'more' | 'done' | number;

/**
 * Runs `work` again and again, never twice at a time: at once when woken, else after `everyMs`, or sooner when it says so. A failure
 * is logged and the work tried again after `everyMs`, woken or not.
 * @param options.gapMs how soon, in ms, it runs again at the earliest when it is woken: what wakes it often is done together
 */
export function repeat(
  name: string,
  everyMs: number,
  log: Logger,
  work: (signal: AbortSignal) => Promise<Left>,
  { gapMs = 0 }: { readonly gapMs?: number } = {},
): Repeating {
  const stopping = new AbortController();
  let woken = new AbortController();
  const pauseUnless = (signal: AbortSignal, ms = everyMs) =>
    pause(ms, undefined, { signal }).catch(() => undefined);
  const running = (async () => {
    while (!stopping.signal.aborted) {
      woken = new AbortController();
      const startedAt = performance.now();
      try {
        const left = await work(stopping.signal);
        if (left === 'more') continue;
        await pauseUnless(woken.signal, left === 'done' ? everyMs : Math.max(0, Math.min(left, everyMs)));
        const gapLeft = startedAt + gapMs - performance.now();
        if (gapLeft > 0) await pauseUnless(stopping.signal, gapLeft);
      } catch (error) {
        log.error({ err: error }, `${name} failed; it will be tried again`);
        await pauseUnless(stopping.signal);
      }
    }
  })();
  return {
    wake: () => {
      woken.abort();
    },
    stop: async () => {
      stopping.abort();
      woken.abort();
      await running;
    },
  };
}
