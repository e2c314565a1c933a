import type { Logger } from './log.ts';

export interface LifecycleOptions {
  /** How long a process may take to finish after it was told to stop, in ms. */
  readonly drainMs?: number;
}

type Step = [name: string, stop: () => Promise<unknown>];

/**
 * What a process has opened, in order. On SIGTERM or SIGINT it is closed in reverse: first the newest parts, which take in
 * work, and last the parts that the others depend on. The process then exits with 0. After an uncaught error it is closed in
 * the same way, and exits with 1.
 */
export class Lifecycle {
  /** For parts that have nobody else to tell. */
  readonly log: Logger;
  readonly #steps: Step[] = [];
  readonly #drainMs: number;
  #closing: Promise<void> | undefined;
  #exitCode: 0 | 1 = 0;

  constructor(log: Logger, { drainMs = 10_000 }: LifecycleOptions = {}) {
    this.log = log;
    this.#drainMs = drainMs;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'shutting down');
        this.#shutDown();
      });
    }
    // Unhandled rejections come here too. Nobody knows what they left undone, so another process must take
    // over; but this one can still finish the work of others.
    process.on('uncaughtException', (error, origin) => {
      log.fatal({ err: error, origin }, 'nobody caught an error: shutting down');
      this.#exitCode = 1;
      this.#shutDown();
    });
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  onClose(name: string, stop: () => Promise<unknown>): void {
    this.#steps.push([name, stop]);
  }

  /** Closes everything. After 10 s it gives up and says what was still open. */
  close(): Promise<void> {
    this.#closing ??= this.#closeInReverse();
    return this.#closing;
  }

  #shutDown(): void {
    void this.close().then(() => process.exit(this.#exitCode));
  }

  async #closeInReverse(): Promise<void> {
    let current = '';
    const closed = (async () => {
      for (const [name, stop] of this.#steps.toReversed()) {
        current = name;
        try {
          await stop();
        } catch (error) {
          this.log.error({ err: error }, `closing ${name} failed`);
        }
      }
      return true;
    })();
    const timeout = new Promise<false>((resolve) => setTimeout(resolve, this.#drainMs, false).unref());
    if (!(await Promise.race([closed, timeout])))
      this.log.warn(`${current} did not close in ${this.#drainMs} ms`);
  }
}

/** Runs a process's `main`. An error at start is printed in one line, and the process exits 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const isPlain = error instanceof Error && error.name === 'SettingsError';
    console.error(isPlain ? error.message : error);
    process.exit(1);
  });
}
