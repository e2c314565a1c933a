import { rateLimited } from '@frontrow/kit/errors';
import { Turns } from '@frontrow/kit/turns';
import { randomInt } from 'node:crypto';

export interface PasswordQueueOptions {
  /** How many are at work: hashing keeps a processor busy, and before and after it each needs the database. */
  readonly atATime: number;
  /** How many wait for them. */
  readonly places: number;
  /** How long somebody waits, in ms, before being sent away. */
  readonly patienceMs: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: () => void;
}

/**
 * Those who wait for a password to be hashed, in this process. Hashing is slow on purpose, so a queue without an end would be
 * a way to keep everybody waiting: it is bounded in length and in time. Addresses take turns, and when it is full the address
 * that has most in it gives way: however many somebody sends, from another address it takes one turn. One address alone may have
 * all of it, since many people can share one.
 */
export class PasswordQueue {
  readonly #options: PasswordQueueOptions;
  #atWork = 0;
  /** By address. */
  readonly #waiting = new Turns<Waiting>();

  constructor(options: PasswordQueueOptions) {
    this.#options = options;
  }

  /**
   * @param address where the request comes from
   * @throws RATE_LIMITED to who does not get a turn
   */
  async enter<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.#atWork < this.#options.atATime) this.#atWork += 1;
    else await this.#turn(address);
    try {
      return await work();
    } finally {
      // Whose turn it is takes the place over.
      const next = this.#waiting.next();
      if (next === undefined) this.#atWork -= 1;
      else next.begin();
    }
  }

  #turn(address: string): Promise<void> {
    if (this.#waiting.size >= this.#options.places) this.#makeRoom(address);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#sendAway(address, waiting), this.#options.patienceMs);
      const waiting: Waiting = {
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: () => {
          clearTimeout(timer);
          reject(full());
        },
      };
      this.#waiting.put(address, waiting);
    });
  }

  /** @throws RATE_LIMITED when no address has more in the queue than this one would have */
  #makeRoom(address: string): void {
    const longest = this.#waiting.longest() ?? address;
    const theirs = this.#waiting.of(longest);
    const last = theirs.at(-1);
    if (last === undefined || theirs.length <= this.#waiting.of(address).length + 1) throw full();
    this.#sendAway(longest, last);
  }

  #sendAway(address: string, waiting: Waiting): void {
    this.#waiting.remove(address, waiting);
    waiting.refuse();
  }
}

/** So long is what everybody is told to wait before they try again, in s, each another time: all at once would find it full again. */
const retryAfterSeconds = { least: 2, most: 8 };

const full = () =>
  rateLimited(
    'Too many passwords are being checked. Try again in a moment.',
    randomInt(retryAfterSeconds.least, retryAfterSeconds.most + 1),
  );
