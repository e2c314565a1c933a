/** How long a replica that could not be reached is asked last, in ms. */
const restMs = 1_000;

/** The addresses of one subgraph's replicas, which take turns. */
export class Replicas {
  readonly #addresses: readonly string[];
  readonly #restUntil = new Map<string, number>();
  #turn = 0;

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  /** All of them in the order in which they are to be tried; those that could not be reached lately come last. */
  inTurn(now: number): string[] {
    this.#turn = (this.#turn + 1) % this.#addresses.length;
    const inTurn = [...this.#addresses.slice(this.#turn), ...this.#addresses.slice(0, this.#turn)];
    if (this.#restUntil.size === 0) return inTurn;
    const isResting = (address: string) => (this.#restUntil.get(address) ?? 0) > now;
    return [...inTurn.filter((address) => !isResting(address)), ...inTurn.filter(isResting)];
  }

  couldNotReach(address: string, now: number): void {
    this.#restUntil.set(address, now + restMs);
  }

  reached(address: string): void {
    if (this.#restUntil.size > 0) this.#restUntil.delete(address);
  }
}
