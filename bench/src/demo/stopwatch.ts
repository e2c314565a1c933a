/** Durations of one kind of step, in ms. */
export class Stopwatch {
  readonly #times: number[] = [];

  /** Runs a step and records how long it took. */
  async time<T>(step: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await step();
    this.#times.push(performance.now() - startedAt);
    return result;
  }

  /** All durations, in the order in which they were recorded. */
  get times(): readonly number[] {
    return this.#times;
  }

  /** The time within which this share of the steps was done; 0 if there were none. */
  at(share: number): number {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  }

  toString(): string {
    const [median, most] = [this.at(0.5), this.at(0.99)].map((ms) => `${ms.toFixed(0)} ms`.padStart(9));
    return `median ${median}, 99% within ${most}`;
  }
}
