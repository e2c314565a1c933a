import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 5;

/**
 * Watches for how long at a time this process has no time for anything else.
 * @returns ends it, and gives the longest delay of the event loop in ms; and how much of it, at the most, was work, which it is
 *   on a busy machine too, where a process also waits for its processor
 */
export function watchEventLoop(): () => { delayMs: number; workMs: number } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let workMs = 0;
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    workMs = Math.max(workMs, (user + system) / 1_000);
  }, resolutionMs);
  return () => {
    clearInterval(timer);
    delay.disable();
    return { delayMs: delay.max / 1e6, workMs };
  };
}
