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
  let isWoken = false;
  let interrupt = (): void => undefined;
  // A plain timer: busy services are woken hundreds of times a second, and a signal that is aborted makes an error with a stack.
  const pause = async (ms: number, endsWhenWoken: boolean) => {
    const isOver = () => stopping.signal.aborted || (endsWhenWoken && isWoken);
    if (isOver()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      interrupt = () => {
        if (!isOver()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      isWoken = false;
      const startedAt = performance.now();
      try {
        const left = await work(stopping.signal);
        if (left === 'more') continue;
        await pause(left === 'done' ? everyMs : Math.max(0, Math.min(left, everyMs)), true);
        const gapLeft = startedAt + gapMs - performance.now();
        if (gapLeft > 0) await pause(gapLeft, false);
      } catch (error) {
        log.error({ err: error }, `${name} failed; it will be tried again`);
        await pause(everyMs, false);
      }
    }
  })();
  return {
    wake: () => {
      isWoken = true;
      interrupt();
    },
    stop: async () => {
      stopping.abort();
      interrupt();
      await running;
    },
  };
}
