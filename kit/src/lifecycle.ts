import type { Logger } from './log.ts';

export interface LifecycleOptions {
  /** How long a process that is told to stop finishes what runs, in ms. */
  readonly drainMs?: number;
}

type Step = [name: string, stop: () => Promise<unknown>];

/**
 * What a process has opened, in order. On SIGTERM or SIGINT it is closed in reverse: the newest, which takes work
 * in, first; what the rest stands on last. The process then exits with 0; after an error that nobody caught it is closed in
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
    // A rejected promise that nobody handles comes here too. What it has left undone nobody knows, so another process has to
    // go on; but what others have under way in this one need not be lost with it.
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

  /** Closes everything; gives up after a while (10 s) and says what was still open. */
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

/** Runs a process's `main`: an error at start is told in one line, and the process exits 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const isPlain = error instanceof Error && error.name === 'SettingsError';
    console.error(isPlain ? error.message : error);
    process.exit(1);
  });
}
