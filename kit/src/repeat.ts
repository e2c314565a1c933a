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
 * logged and the work tried again after `everyMs`, woken or not.
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
  const pauseUnless = (signal: AbortSignal) => pause(everyMs, undefined, { signal }).catch(() => undefined);
  const running = (async () => {
    while (!stopping.signal.aborted) {
      woken = new AbortController();
      try {
        const outcome = await work(stopping.signal);
        if (outcome === 'done') await pauseUnless(woken.signal);
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
