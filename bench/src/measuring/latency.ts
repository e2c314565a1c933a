import { createHistogram } from 'node:perf_hooks';
import type { RecordableHistogram } from 'node:perf_hooks';

/** A summary of a histogram of durations, in ms. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Durations in a high dynamic range histogram (http://hdrhistogram.org), which is part of Node. No percentile is wrong by more
 * than 0.1 %, and memory does not grow with the number of durations.
 */
export class Latency {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: 600_000_000, figures: 3 });

  /** @param ms from the moment at which the thing was due. That moment is not postponed if the thing before it took long */
  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1_000)));
  }

  /** Adds all durations of another one. */
  add(other: Latency): void {
    this.#histogram.add(other.#histogram);
  }

  summary(): LatencySummary {
    const { count, mean, max } = this.#histogram;
    const ms = (microseconds: number) => Math.round(microseconds / 10) / 100;
    const at = (share: number) => (count === 0 ? 0 : ms(this.#histogram.percentile(share)));
    return {
      count,
      mean: count === 0 ? 0 : ms(mean),
      p25: at(25),
      p50: at(50),
      p75: at(75),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      max: count === 0 ? 0 : ms(max),
    };
  }
}

/** Latencies of several steps, by name. */
export class Latencies {
  readonly #steps = new Map<string, Latency>();

  record(step: string, ms: number): void {
    this.#of(step).record(ms);
  }

  add(other: Latencies): void {
    for (const [step, latency] of other.#steps) this.#of(step).add(latency);
  }

  summary(): Record<string, LatencySummary> {
    return Object.fromEntries([...this.#steps].map(([step, latency]) => [step, latency.summary()]));
  }

  #of(step: string): Latency {
    const known = this.#steps.get(step) ?? new Latency();
    this.#steps.set(step, known);
    return known;
  }
}
