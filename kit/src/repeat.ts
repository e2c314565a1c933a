import type { Logger } from './log.ts';

export interface Repeating {
  /** Runs the work now; if it is already running, once more afterwards. */
  wake(): void;
  /** Waits for the run in progress and starts no other. */
  stop(): Promise<void>;
}

/** Whether there is more to do now, or nothing, or in how many ms there will be something. */
export type Left = 'more' | 'done' | number;

/**
 * Runs `work` again and again, never twice at a time: at once when woken, otherwise after `everyMs`, or sooner when `work` says so. A failure
 * is logged, and the work is tried again after `everyMs`, woken or not.
 * @param options.gapMs the least time between two runs when it is woken, in ms, so that frequent causes are handled together
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
