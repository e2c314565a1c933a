import type { Actor } from './scheduler.ts';

/** A replica of a service, from its start to its crash. Its memory is lost with it. */
export class Process implements Actor {
  readonly service: string;
  readonly replica: number;
  readonly name: string;
  readonly clockSkewMs: number;
  frozenUntil = 0;
  #isAlive = true;
  readonly #onCrash: (() => void)[] = [];

  constructor(service: string, replica: number, clockSkewMs: number) {
    this.service = service;
    this.replica = replica;
    this.name = `${service}-${replica + 1}`;
    this.clockSkewMs = clockSkewMs;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Called when it crashes, so that others see broken connections and unanswered calls. */
  onCrash(listener: () => void): void {
    this.#onCrash.push(listener);
  }

  /** SIGSTOP, and SIGCONT at this time, in ms of the world. */
  freeze(until: number): void {
    this.frozenUntil = Math.max(this.frozenUntil, until);
  }

  /** kill -9 */
  crash(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const listener of this.#onCrash) listener();
  }
}
