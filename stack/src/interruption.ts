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

/**
 * Ends this process when its program has ended: with 130 if it was interrupted, with 1 and the message of any other error, or else
 * with `process.exitCode`.
 */
export function endWith(program: Promise<void>, saidWhenInterrupted = 'Stopped.'): void {
  program.then(
    () => process.exit(),
    (error: unknown) => {
      const isInterrupted = error instanceof Interrupted;
      if (isInterrupted) console.log(saidWhenInterrupted);
      else console.error(error instanceof Error ? error.message : error);
      process.exit(isInterrupted ? 130 : 1);
    },
  );
}
