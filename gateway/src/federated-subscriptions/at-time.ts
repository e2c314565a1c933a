const longestTimeoutMs = 2 ** 31 - 1;

/**
 * Calls back at an instant, or up to a second later. Node keeps one list for all timers of the same length, so lengths are
 * rounded up to whole seconds.
 * @returns a function that cancels this; undefined if there is no instant
 */
export function atTime(instant: Date | undefined, then: () => void): (() => void) | undefined {
  if (instant === undefined) return undefined;
  const inMs = Math.ceil(Math.max(instant.getTime() - Date.now(), 0) / 1000) * 1000;
  const timer = setTimeout(then, Math.min(inMs, longestTimeoutMs));
  return () => {
    clearTimeout(timer);
  };
}
