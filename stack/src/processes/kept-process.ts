import { setTimeout as sleep } from 'node:timers/promises';
import { describeExit, quoteLog, untilReady, type Exit, type RunningProcess } from './process.ts';

export interface Keeping {
  name: string;
  launch: () => Promise<RunningProcess>;
  /** Throws as long as the process is not ready. */
  check: () => Promise<void>;
  /** How long the first start may take, in ms. */
  startTimeout: number;
  /** How long the process may take to end before it is ended by force, in ms. */
  patience: number;
  log: (line: string) => void;
}

const shortestDelay = 200;
const longestDelay = 30_000;
/** A process that has lived this long, in ms, is started again without much delay. */
const calm = 5_000;

/** A process that is started again whenever it ends, after a growing delay, until it is stopped. */
export class KeptProcess {
  readonly name: string;
  readonly #keeping: Keeping;
  #running: RunningProcess;
  /** The process that was sent a signal which it will not survive. It counts as gone, although it may still answer. */
  #doomed: RunningProcess | undefined;
  #restarting = false;
  /** What must be done before the process is started again. */
  #chores: Promise<unknown> = Promise.resolve();
  readonly #stopping = new AbortController();
  readonly #life: Promise<void>;

  private constructor(keeping: Keeping, first: RunningProcess) {
    this.name = keeping.name;
    this.#keeping = keeping;
    this.#running = first;
    this.#life = this.#live();
  }

  /** @throws if it does not become ready; the message names the process and has the end of its log */
  static async start(keeping: Keeping, signal?: AbortSignal): Promise<KeptProcess> {
    const first = await keeping.launch();
    try {
      await untilReady(first, keeping.check, keeping.startTimeout, signal);
    } catch (error) {
      await first.stop(keeping.patience);
      throw error;
    }
    return new KeptProcess(keeping, first);
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#isUp() ? this.#running.pid : undefined;
  }

  /** Sends it a signal, as anything might. It is started again by itself; if it is paused, SIGCONT continues it. */
  kill(signal: NodeJS.Signals): void {
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') this.#doomed = this.#running;
    this.#running.kill(signal);
  }

  /** Ends it by force, and does `work` before it is started again. */
  async killAndThen(work: () => Promise<void>): Promise<void> {
    const done = this.#running.exited.then(work);
    this.#chores = Promise.allSettled([this.#chores, done]);
    this.kill('SIGKILL');
    await done;
  }

  /** Stops it in an orderly way, starts it again and waits until it is ready. */
  async restart(): Promise<void> {
    this.#restarting = true;
    this.#doomed = this.#running;
    await this.#running.stop(this.#keeping.patience);
    await this.waitUntilReady();
    this.#restarting = false; // it is still set if the process had just ended by itself
  }

  /** Whether it is running, and says that it can work. */
  isReady(): Promise<boolean> {
    if (!this.#isUp()) return Promise.resolve(false);
    return this.#keeping.check().then(
      () => true,
      () => false,
    );
  }

  /** @throws if it is not ready within `timeout` ms */
  async waitUntilReady(timeout = 60_000): Promise<void> {
    const deadline = Date.now() + timeout;
    let refusal: unknown = 'it is down';
    for (;;) {
      const running = this.#running;
      if (this.#isUp()) {
        try {
          await this.#keeping.check();
          if (this.#isUp() && this.#running === running) return;
        } catch (error) {
          refusal = error;
        }
      }
      if (Date.now() > deadline) {
        throw new Error(`${this.name} was not ready within ${timeout / 1000} s: ${String(refusal)}`);
      }
      await sleep(30);
    }
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running.stop(this.#keeping.patience);
    await this.#life;
  }

  #isUp(): boolean {
    return !this.#running.exit && this.#running !== this.#doomed;
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #live(): Promise<void> {
    let delay = shortestDelay;
    for (;;) {
      const startedAt = Date.now();
      const exit = await this.#running.exited;
      if (this.#isStopping()) return;
      if (Date.now() - startedAt > calm) delay = shortestDelay;
      if (!this.#restarting) await this.#announce(obituary(this.#running, exit), delay);
      delay = await this.#startAgain(delay);
      if (this.#isStopping()) {
        await this.#running.stop(this.#keeping.patience);
        return;
      }
    }
  }

  /**
   * Tries until the process runs, or everything is to stop.
   * @returns the delay before the next attempt
   */
  async #startAgain(delay: number): Promise<number> {
    const { launch, check, log } = this.#keeping;
    await this.#chores;
    const wasWanted = this.#restarting;
    this.#restarting = false;
    for (; !this.#isStopping(); delay = Math.min(delay * 2, longestDelay)) {
      try {
        const running = await launch();
        this.#running = running;
        const ready = untilReady(running, check, Infinity, this.#stopping.signal);
        ready.then(
          () => {
            if (!wasWanted) log(`${this.name} is back.`);
          },
          () => 'it ended again, which #live sees',
        );
        break;
      } catch (error) {
        await this.#announce(error instanceof Error ? error.message : String(error), delay);
      }
    }
    return Math.min(delay * 2, longestDelay);
  }

  async #announce(what: string, delay: number): Promise<void> {
    this.#keeping.log(`${what}\n${this.name} is started again in ${delay / 1000} s.`);
    await sleep(delay, undefined, { signal: this.#stopping.signal }).catch(() => 'stopped');
  }
}

/** An orderly end, or a signal from outside, needs no explanation; anything else is explained by the log. */
function obituary(running: RunningProcess, exit: Exit): string {
  const line = `${running.name} ${describeExit(exit)}.`;
  const explained = exit.code === 0 || exit.signal === 'SIGKILL' || exit.signal === 'SIGTERM';
  return explained ? line : `${line} ${quoteLog(running)}`;
}
