import { setTimeout as pause } from 'node:timers/promises';

export interface OpenConnection {
  /** Finds out whether the client is still there, and shows it that the server is. */
  beat(): void;
  /** Tells the client to come back, soon but not at once. */
  goAway(): void;
}

const tickMs = 1_000;
/** Every so many ticks a connection's turn comes. Proxies cut off what was silent for 30 s or more. */
const ticksPerRound = 20;
/** While it shuts down, so many connections are told in a ms: their clients come back to another replica at this rate. */
const goingAwayPerMs = 2;

/** All connections with clients, looked after in turns: each tick a part of them, and no timer for each. */
export class OpenConnections {
  readonly #rounds: readonly Set<OpenConnection>[] = Array.from({ length: ticksPerRound }, () => new Set());
  readonly #ticking: NodeJS.Timeout;
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

  /** @returns forgets it */
  add(connection: OpenConnection): () => void {
    this.#nextRound = (this.#nextRound + 1) % ticksPerRound;
    const round = this.#rounds[this.#nextRound];
    round?.add(connection);
    return () => {
      round?.delete(connection);
    };
  }

  /**
   * Sends everybody away, one after the other, so that they do not come back all at the same moment.
   * @param withinMs however many there are
   */
  async drain(withinMs: number): Promise<void> {
    this.#isDraining = true;
    const all = this.#rounds.flatMap((round) => [...round]);
    const takesMs = Math.min(withinMs, all.length / goingAwayPerMs);
    const startedAt = Date.now();
    for (const [nth, connection] of all.entries()) {
      const dueInMs = (nth / all.length) * takesMs - (Date.now() - startedAt);
      if (dueInMs > 5) await pause(dueInMs);
      connection.goAway();
    }
    clearInterval(this.#ticking);
  }
}
