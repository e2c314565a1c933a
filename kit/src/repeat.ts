import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './log.ts';

export interface Repeating {
  /** Runs the work now; when it is running already, once more after that. */
  wake(): void;
  /** Waits for the run under way; none follows. */
  stop(): Promise<void>;
}

/**
 * Runs `work` again and again, never twice at a time: at once when woken, else after `everyMs`. A failure is
 * logged and the work tried again.
 * @param work returns 'more' when there is more to do right now
 */
export function repeat(
  name: string,
  everyMs: number,
  log: Logger,
  work: (signal: AbortSignal) => Promise<'more' | 'done'>,
): Repeating {
  const stopping = new AbortController();
  let woken = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      woken = new AbortController();
      let outcome: 'more' | 'done' = 'done';
      try {
        outcome = await work(stopping.signal);
      } catch (error) {
        log.error({ err: error }, `${name} failed; it will be tried again`);
      }
      if (outcome === 'done') {
        const signal = AbortSignal.any([woken.signal, stopping.signal]);
        await pause(everyMs, undefined, { signal }).catch(() => undefined);
      }
    }
  })();
  return {
    wake: () => {
      woken.abort();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
