import { setTimeout as pause } from 'node:timers/promises';
import { CountByHolder } from './count-by-holder.ts';

export interface OpenConnection {
  /** Checks whether the client is still there, and shows it that the server is. */
  beat(): void;
  /** Tells the client to come back, soon but not at once. */
  goAway(): void;
}

const tickMs = 1_000;
/** After how many ticks each connection is checked. Proxies cut off connections that were silent for 30 s or more. */
const ticksPerRound = 20;
/** During shutdown, how many connections are told per ms; their clients come back to another replica at this rate. */
const goingAwayPerMs = 2;

/** All connections with clients. Each tick checks a part of them, so that no connection needs a timer of its own. */
export class OpenConnections {
  readonly #rounds: readonly Set<OpenConnection>[] = Array.from({ length: ticksPerRound }, () => new Set());
  readonly #ticking: NodeJS.Timeout;
  readonly #places = new CountByHolder();
  #tick = 0;
  #nextRound = 0;
  #isDraining = false;

  constructor() {
    this.#ticking = setInterval(() => {
      this.#tick = (this.#tick + 1) % ticksPerRound;
      for (const connection of this.#rounds[this.#tick] ?? []) connection.beat();
    }, tickMs).unref();
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Counts a connection of a holder, whatever its transport is: see `CountByHolder.take`. */
  takePlace(holder: string, most: number): (() => void) | undefined {
    return this.#places.take(holder, most);
  }

  /** @returns a function that removes it */
  add(connection: OpenConnection): () => void {
    this.#nextRound = (this.#nextRound + 1) % ticksPerRound;
    const round = this.#rounds[this.#nextRound];
    round?.add(connection);
    return () => {
      round?.delete(connection);
    };
  }

  /**
   * Sends all clients away, one after the other, so that they do not all come back at the same moment.
   * @param withinMs the time for all of them, however many there are
   */
  async drain(withinMs: number): Promise<void> {
    this.#isDraining = true;
    const all = this.#rounds.flatMap((round) => [...round]);
    const takesMs = Math.min(withinMs, all.length / goingAwayPerMs);
    const startedAt = performance.now();
    for (const [nth, connection] of all.entries()) {
      const dueInMs = (nth / all.length) * takesMs - (performance.now() - startedAt);
      if (dueInMs > 5) await pause(dueInMs);
      connection.goAway();
    }
    clearInterval(this.#ticking);
  }
}
