import type { GivenIds } from '@frontrow/kit/given-ids';
import { madeAt } from '@frontrow/kit/ids';
import type { Logger } from '@frontrow/kit/log';
import { isRefusal } from '@frontrow/kit/refusal';
import type { Handler } from './handler.ts';

/** How long a request waits for the news that it needs, in ms. */
const patienceMs = 2_000;
/** How often the database is asked for what requests wait for, in ms; it finds what another replica has handled. */
const lookEveryMs = 50;
/** After a look that failed. */
const lookAgainMs = 500;
/** How old an id may be, in ms, for its news to arrive in a moment. Later news is delayed for longer than a request can wait. */
const isFreshMs = 60_000;
/** How many requests may wait at a time, so that an outage does not fill the memory. The others are answered at once. */
const mostWaiting = 5_000;

export interface ArrivalsOptions {
  readonly ids: GivenIds;
  /** Finds those of the ids that the service knows by now, by one statement. */
  readonly find: (ids: readonly string[]) => Promise<readonly string[]>;
  readonly log: Logger;
}

/** A DataLoader by id. */
interface Loader<Row> {
  load(id: string): Promise<Row | null>;
  clear(id: string): this;
}

/**
 * Lets requests wait for an event that is on its way, because a fan may ask for what another service has just given them. However
 * many requests wait, the database is asked by one statement at a time: as soon as this replica has handled an event about
 * something that is awaited, and every 50 ms, because another replica may have handled it. While nothing is awaited, nothing is
 * asked. A request that waits occupies no connection.
 */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #awaited = new Map<string, Set<() => void>>();
  #waiting = 0;
  #isLooking = false;
  /** How often a look was asked for while another one was under way. */
  #asked = 0;
  #nextLook: NodeJS.Timeout | undefined;
  #lookAt = 0;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** The same handlers, which also wake the requests that wait for the subject of an event. */
  hearing(handlers: readonly Handler[]): Handler[] {
    const hears =
      (handle: Handler['handle']): Handler['handle'] =>
      async (tx, events) => {
        await handle(tx, events);
        tx.afterCommit(() => {
          for (const { subject } of events) this.#hear(subject);
        });
      };
    // Types that share one handler function must go on sharing one, so that their events are still handled together.
    const hearing = new Map<Handler['handle'], Handler['handle']>();
    return handlers.map(({ contract, handle }) => {
      const heard = hearing.get(handle) ?? hears(handle);
      hearing.set(handle, heard);
      return { contract, handle: heard };
    });
  }

  /**
   * Tries; when the answer is NOT_READY_YET, waits until the service knows all of these ids, and tries once more.
   * @param ids what the attempt needs; ids that are not new are not waited for
   */
  async retry<Answer extends object>(
    ids: readonly string[],
    attempt: () => Promise<Answer>,
  ): Promise<Answer> {
    const answer = await attempt();
    const isTooEarly = isRefusal(answer) && answer.code === 'NOT_READY_YET';
    return isTooEarly && (await this.wait(ids)) ? attempt() : answer;
  }

  /** Loads; when nothing is found and the id was given out, waits for its news and loads once more. */
  async load<Row>(loader: Loader<Row>, id: string): Promise<Row | null> {
    const found = await loader.load(id);
    if (found !== null || !this.mayStillCome(id) || !(await this.wait([id]))) return found;
    return loader.clear(id).load(id);
  }

  /** Whether an id that this service does not know was given out, so that its news may still come. */
  mayStillCome(id: string): boolean {
    return this.#options.ids.mayStillCome(id, new Date());
  }

  /** Waits for at most 2 s. @returns whether the service knows all that are new by then */
  async wait(ids: readonly string[]): Promise<boolean> {
    const fresh = ids.filter((id) => Date.now() - madeAt(id) <= isFreshMs);
    if (fresh.length === 0 || this.#waiting >= mostWaiting) return false;
    this.#waiting += 1;
    const deadline = Date.now() + patienceMs;
    const arrived = await Promise.all(fresh.map((id) => this.#waitFor(id, deadline)));
    this.#waiting -= 1;
    return arrived.every(Boolean);
  }

  #waitFor(id: string, deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiters = this.#awaited.get(id) ?? new Set();
      const end = (hasArrived: boolean) => {
        clearTimeout(alarm);
        waiters.delete(arrive);
        if (waiters.size === 0) this.#awaited.delete(id);
        resolve(hasArrived);
      };
      const arrive = () => {
        end(true);
      };
      const alarm = setTimeout(end, deadline - Date.now(), false);
      this.#awaited.set(id, waiters.add(arrive));
      // Look at once: it may have arrived since the last look.
      this.#lookIn(0);
    });
  }

  #hear(id: string): void {
    if (this.#awaited.has(id)) this.#lookIn(0);
  }

  #lookIn(ms: number): void {
    if (this.#isLooking) {
      this.#asked += 1;
      return;
    }
    // A request that comes just before a look must not delay it.
    if (this.#nextLook !== undefined && this.#lookAt <= Date.now() + ms) return;
    clearTimeout(this.#nextLook);
    this.#lookAt = Date.now() + ms;
    this.#nextLook = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    // The requests that waited may have given up since the look was asked for.
    if (this.#awaited.size === 0) {
      this.#nextLook = undefined;
      return;
    }
    this.#isLooking = true;
    const askedBefore = this.#asked;
    this.#nextLook = undefined;
    let nextMs = lookEveryMs;
    try {
      for (const id of await this.#options.find([...this.#awaited.keys()])) {
        for (const arrive of [...(this.#awaited.get(id) ?? [])]) arrive();
      }
      if (this.#asked > askedBefore) nextMs = 0;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'looking for what is awaited failed');
      nextMs = lookAgainMs;
    }
    this.#isLooking = false;
    if (this.#awaited.size > 0) this.#lookIn(nextMs);
  }
}
