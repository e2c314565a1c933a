/** What a full mailbox does with one more result. */
export type WhenFull =
  /** Each result has the whole state, so the older one is dropped. */
  | 'keep the latest'
  /** Each result has what changed since the one before; without all of them the subscriber must start over. */
  | 'start over';

export interface MailboxOptions {
  readonly capacity: number;
  readonly whenFull: WhenFull;
  /** The subscriber cannot keep up: results are dropped until it starts over. */
  readonly onOverflow: () => void;
  /** It takes results again; the next one must be the present state. */
  readonly startOver: () => void;
  /** Called once, when the subscriber leaves or there is nothing more to come. */
  readonly onEnd: () => void;
}

type Next = IteratorResult<string, undefined>;
const done: Next = { done: true, value: undefined };

/**
 * The results, as JSON, that one subscriber has yet to take. However slow the subscriber is, there are never more than `capacity`, and the last
 * one that it takes is the present state.
 */
export class Mailbox implements AsyncGenerator<string, undefined, undefined> {
  readonly #options: MailboxOptions;
  #results: string[] = [];
  #waiting: ((next: Next | Promise<Next>) => void) | undefined;
  #end: Next | Promise<Next> | undefined;
  #isOverflown = false;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  put(result: string): void {
    if (this.#end !== undefined || this.#isOverflown) return;
    if (this.#waiting !== undefined) {
      this.#answer({ done: false, value: result });
      return;
    }
    if (this.#results.length < this.#options.capacity) {
      this.#results.push(result);
    } else if (this.#options.whenFull === 'keep the latest') {
      this.#results.shift();
      this.#results.push(result);
    } else {
      this.#results = [];
      this.#isOverflown = true;
      this.#options.onOverflow();
    }
  }

  /** What is in it can still be taken. */
  close(error?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error === undefined ? done : Promise.reject(error);
    // The next caller that takes a result sees it; until then nobody needs to.
    if (error !== undefined) (this.#end as Promise<Next>).catch(() => undefined);
    if (this.#waiting !== undefined) this.#takeEnd();
    this.#options.onEnd();
  }

  next(): Promise<Next> {
    const result = this.#results.shift();
    if (result !== undefined) return Promise.resolve({ done: false, value: result });
    if (this.#end !== undefined) return Promise.resolve(this.#end).finally(() => (this.#end = done));
    const next = new Promise<Next>((resolve) => (this.#waiting = resolve));
    if (this.#isOverflown) {
      this.#isOverflown = false;
      this.#options.startOver();
    }
    return next;
  }

  return(): Promise<Next> {
    const hadEnded = this.#end !== undefined;
    this.#end = done;
    this.#results = [];
    this.#answer(done);
    if (!hadEnded) this.#options.onEnd();
    return Promise.resolve(done);
  }

  async throw(error: unknown): Promise<Next> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #answer(next: Next | Promise<Next>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(next);
  }

  #takeEnd(): void {
    this.#answer(this.#end ?? done);
    this.#end = done;
  }
}
