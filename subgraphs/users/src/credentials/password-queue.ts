import { rateLimited } from '@frontrow/kit/errors';

const retryAfterSeconds = 2;

/**
 * Those who wait for a password to be hashed, in this process. Hashing is slow on purpose, so a queue without an end would be
 * a way to keep everybody waiting: whoever finds it full is sent away at once. One address may have half of it, so that no
 * single one fills it.
 */
export class PasswordQueue {
  readonly #places: number;
  #taken = 0;
  readonly #takenBy = new Map<string, number>();

  constructor(places: number) {
    this.#places = places;
  }

  /**
   * @param address where the request comes from
   * @throws RATE_LIMITED when the queue, or the half of it that the address may have, is full
   */
  async enter<T>(address: string, work: () => Promise<T>): Promise<T> {
    const taken = this.#takenBy.get(address) ?? 0;
    if (this.#taken >= this.#places || taken >= Math.ceil(this.#places / 2)) {
      throw rateLimited('Too many passwords are being checked. Try again in a moment.', retryAfterSeconds);
    }
    this.#taken += 1;
    this.#takenBy.set(address, taken + 1);
    try {
      return await work();
    } finally {
      this.#taken -= 1;
      const left = (this.#takenBy.get(address) ?? 1) - 1;
      if (left === 0) this.#takenBy.delete(address);
      else this.#takenBy.set(address, left);
    }
  }
}
