import { rateLimited } from '@frontrow/kit/errors';
import { Turns } from '@frontrow/kit/turns';
import { randomInt } from 'node:crypto';

export interface PasswordQueueOptions {
  /**
   * How many requests are served at once. Hashing keeps a processor busy, and each request uses the database before and after it.
   */
  readonly atATime: number;
  /** How many requests may wait. */
  readonly places: number;
  /** How long a request may wait, in ms, before it is refused. */
  readonly patienceMs: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: () => void;
}

/**
 * The requests of this process that need a password hashed. Hashing is slow on purpose, so with an unbounded queue anybody could
 * keep everybody waiting. The queue is therefore bounded in length and in time. Network addresses take turns, so however many
 * requests one address sends, it delays another by one turn only. When the queue is full, the address with the most requests in
 * it loses one. A single address may fill the whole queue, since many people can share one.
 */
export class PasswordQueue {
  readonly #options: PasswordQueueOptions;
  #atWork = 0;
  /** The waiting requests by address. */
  readonly #waiting = new Turns<Waiting>();

  constructor(options: PasswordQueueOptions) {
    this.#options = options;
  }

  /**
   * @param address where the request comes from
   * @throws RATE_LIMITED if the request does not get a turn
   */
  async enter<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.#atWork < this.#options.atATime) this.#atWork += 1;
    else await this.#turn(address);
    try {
      return await work();
    } finally {
      // The next request takes over this one's place.
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

  /** @throws RATE_LIMITED if no address has more requests in the queue than this one would have */
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

/**
 * How long a refused client is told to wait, in s. Each is told another time, because if all came back at once, the queue would
 * be full again.
 */
const retryAfterSeconds = { least: 2, most: 8 };

const full = () =>
  rateLimited(
    'Too many passwords are being checked. Try again in a moment.',
    randomInt(retryAfterSeconds.least, retryAfterSeconds.most + 1),
  );
