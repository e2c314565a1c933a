import { Turns } from '@frontrow/kit/turns';

/**
 * So many may be at work at the same time; of those who wait for one to end, owners take turns, however much one of them has
 * waiting.
 */
export class Places {
  #free: number;
  readonly #waiting = new Turns<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Who comes now has to wait. */
  get areTaken(): boolean {
    return this.#free === 0;
  }

  /** @throws the signal's reason when that comes before there is a place; then the work was not begun */
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
