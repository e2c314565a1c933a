/** Thrown when a signal has asked this process to stop. */
export class Interrupted extends Error {}

/**
 * Aborts when the user or the system asks this process to stop, and calls `force` when they insist.
 *
 * @param force must end everything at once
 */
export function interruption(force: () => void): AbortSignal {
  const controller = new AbortController();
  let askedAt: number | undefined;
  const onSignal = () => {
    if (askedAt === undefined) {
      askedAt = Date.now();
      controller.abort(new Interrupted());
    } else if (Date.now() - askedAt > 1_000) {
      // Within a second it is the same Ctrl-C: the terminal sends it to every process, and npm passes it on as well.
      force();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return controller.signal;
}
