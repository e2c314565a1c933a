import { request } from 'undici';
import type { Dispatcher } from 'undici';

/** How often each replica is asked whether it is ready, and how long the answer may take, in ms. */
const lookEveryMs = 1_000;
const sayWithinMs = 1_000;
/** How long a replica that failed a request is asked last, in ms, unless it reports meanwhile that it is ready. */
const restMs = 2_000;

/** The addresses of one subgraph's replicas, which take turns. A replica that is not ready, or has just failed, comes last. */
export class Replicas {
  readonly #addresses: readonly string[];
  readonly #restUntil = new Map<string, number>();
  #turn = 0;

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  /** All of them, in the order in which to try them. */
  inTurn(now: number): string[] {
    this.#turn = (this.#turn + 1) % this.#addresses.length;
    const inTurn = [...this.#addresses.slice(this.#turn), ...this.#addresses.slice(0, this.#turn)];
    if (this.#restUntil.size === 0) return inTurn;
    const isResting = (address: string) => (this.#restUntil.get(address) ?? 0) > now;
    return [...inTurn.filter((address) => !isResting(address)), ...inTurn.filter(isResting)];
  }

  failed(address: string, now: number): void {
    this.#restUntil.set(address, now + restMs);
  }

  answered(address: string): void {
    if (this.#restUntil.size > 0) this.#restUntil.delete(address);
  }

  /** As long as the process lives, asks each for its `/readyz`. With a single replica there is no choice, so it is not asked. */
  look(connections: Dispatcher): void {
    if (this.#addresses.length === 1) return;
    const look = () => {
      for (const address of this.#addresses) void this.#lookAt(address, connections);
    };
    setInterval(look, lookEveryMs).unref();
  }

  async #lookAt(address: string, dispatcher: Dispatcher): Promise<void> {
    try {
      const signal = AbortSignal.timeout(sayWithinMs);
      const { statusCode, body } = await request(new URL('/readyz', address), { signal, dispatcher });
      await body.dump();
      if (statusCode === 503) this.failed(address, performance.now());
      else this.answered(address);
    } catch {
      this.failed(address, performance.now());
    }
  }
}
