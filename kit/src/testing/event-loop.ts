import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 5;

/**
 * The most that `workMs` may be in a test, in ms. The goal is 50 on a quiet machine; where neighbours starve the processor's caches,
 * 57 were seen where 20 are usual. Work that is not divided into pieces takes 160 and more.
 */
export const mostWorkMs = 100;

/** For how long at a time a process had no time for anything else, in ms, at the most. */
export interface EventLoopDelays {
  /** As somebody who waits sees it: on a busy machine a process waits for its processor, too. */
  readonly delayMs: number;
  /** The processor time that the JavaScript thread took in between. It hardly depends on what else the machine does. */
  readonly workMs: number;
}

/**
 * Watches the event loop of the thread that this is called in, which is the process's first one.
 * @returns ends it
 */
export function watchEventLoop(): () => EventLoopDelays {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let workMs = 0;
  let before = threadMs();
  const look = () => {
    const now = threadMs();
    workMs = Math.max(workMs, now - before);
    before = now;
  };
  const timer = setInterval(look, resolutionMs);
  timer.unref();
  return () => {
    look();
    clearInterval(timer);
    delay.disable();
    return { delayMs: delay.max / 1e6, workMs };
  };
}

/**
 * The processor time of the process's first thread so far, in ms: proc(5) tells it on Linux. Elsewhere that of the whole process, which is
 * more: the collector of garbage and zlib have threads of their own.
 */
function threadMs(): number {
  try {
    const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1);
    return Number(nanoseconds) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }
}
