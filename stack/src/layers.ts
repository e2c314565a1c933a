import type { KeptProcess } from './processes/kept-process.ts';

/** Each layer depends on those before it. */
const order = ['database', 'broker', 'outside', 'subgraphs', 'gateway'] as const;
export type Layer = (typeof order)[number];

/** How to start a process of a layer. The signal says that the process is no longer wanted. */
export type Start = [layer: Layer, start: (signal: AbortSignal) => Promise<KeptProcess>];

/** All processes that run, by layer. */
export class Layers {
  readonly #layers: Record<Layer, KeptProcess[]> = {
    database: [],
    broker: [],
    outside: [],
    subgraphs: [],
    gateway: [],
  };
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  of(...layers: Layer[]): KeptProcess[] {
    return layers.flatMap((layer) => this.#layers[layer]);
  }

  /** @throws if there is none */
  named(name: string): KeptProcess {
    const found = this.of(...order).find((kept) => kept.name === name);
    if (!found) throw new Error(`No process is called ${name}.`);
    return found;
  }

  /**
   * Starts processes at the same time.
   *
   * @param interruption a signal that ends the attempt
   * @throws the first failure, as soon as none of the others is still starting
   */
  async start(starts: Start[], interruption?: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    const failure = new AbortController();
    const signal = AbortSignal.any([failure.signal, ...(interruption ? [interruption] : [])]);
    const outcomes = await Promise.all(
      starts.map(async ([layer, start]) => {
        try {
          const started = await start(signal);
          this.#log(
            `  ${started.name.padEnd(16)} ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
          );
          return { layer, started };
        } catch (error) {
          failure.abort(error); // only the first counts
          return undefined;
        }
      }),
    );
    for (const outcome of outcomes) if (outcome) this.#layers[outcome.layer].push(outcome.started);
    signal.throwIfAborted();
  }

  /** Ends everything, beginning with the newest layer. Each layer is gone before the one that it depends on is asked to end. */
  async stop(): Promise<void> {
    for (const layer of order.toReversed()) {
      await Promise.all(this.#layers[layer].map((kept) => kept.stop()));
    }
  }
}
