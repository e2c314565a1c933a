import { Turns } from '@frontrow/kit/turns';

/**
 * Limits how much work is in progress at the same time. Owners whose work waits take turns, however much one of them has waiting.
 */
export class LimitedWork {
  #free: number;
  readonly #waiting = new Turns<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Whether new work has to wait. */
  get isFull(): boolean {
    return this.#free === 0;
  }

  /** @throws the signal's reason if it is aborted before there is a place; then the work has not begun */
  async enter<T>(owner: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(owner, signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.next();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #turn(owner: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.remove(owner, begin);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.put(owner, begin);
    });
  }
}
