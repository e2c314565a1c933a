import { Latest } from './latest.ts';
import type { Logger } from './log.ts';
import { repeat } from './repeat.ts';

export interface FollowersOptions<Item> {
  /** What the loop does, for the log: 'telling fans of their reservations'. */
  readonly name: string;
  readonly log: Logger;
  /** The least time between two updates of a follower, in ms; what happens meanwhile comes together. */
  readonly gapMs: number;
  /** How often this replica looks at everything that is followed, in ms, to find what it did not hear of. */
  readonly lookEveryMs: number;
  readonly idOf: (item: Item) => string;
  /** The state of an item that followers care about: an item in the same state is no news. */
  readonly stateOf: (item: Item) => string | number;
  /**
   * Reads up to 1,000 items as they are now.
   * @param isKnown whether all followers of an item know it in this state; then it may be left out
   */
  readonly read: (
    ids: readonly string[],
    isKnown: (id: string, state: string | number) => boolean,
  ) => Promise<readonly Item[]>;
  /** Whether nothing can change any more. */
  readonly isOver?: (item: Item) => boolean;
  /**
   * Called once when all followers at this replica have been told of a change whose trace is known.
   * @param traceparent the trace of the change
   */
  readonly whenTold?: ((traceparent: string, followers: number) => void) | undefined;
}

interface Follower<Item> {
  /** The item as it was last sent to them. */
  last: Item;
  readonly updates: Latest<Item>;
}

const batchSize = 1_000;

/**
 * Sends the followers of an item each of its changes, whichever replica made it. A message only says that something happened; the present
 * state is read from the database, many items at a time, however many follow them.
 */
export class Followers<Item> {
  readonly #options: FollowersOptions<Item>;
  readonly #followed = new Map<string, Set<Follower<Item>>>();
  /** What happened to items, and in which trace, if that is known. */
  #heard = new Map<string, string | undefined>();
  #lookedAt = performance.now();
  readonly #loop;

  constructor(options: FollowersOptions<Item>) {
    this.#options = options;
    const { name, lookEveryMs, log, gapMs } = options;
    this.#loop = repeat(name, lookEveryMs, log, () => this.#tell(), { gapMs });
  }

  /** The item as it was just read, then each change, until nothing can change any more. */
  follow(item: Item): AsyncGenerator<Item, undefined, undefined> {
    const id = this.#options.idOf(item);
    const updates = new Latest<Item>(() => this.#forget(follower));
    const follower: Follower<Item> = { last: item, updates };
    updates.put(item);
    if (this.#isOver(item)) {
      updates.end();
      return updates.events;
    }
    this.#followed.set(id, (this.#followed.get(id) ?? new Set()).add(follower));
    // Nobody here was told what happened since it was read.
    this.hear(id);
    return updates.events;
  }

  /** Whether anybody follows anything. */
  get hasAny(): boolean {
    return this.#followed.size > 0;
  }

  /** Something happened to this item. */
  hear(id: string, traceparent?: string): void {
    if (!this.#followed.has(id)) return;
    this.#heard.set(id, traceparent ?? this.#heard.get(id));
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #tell(): Promise<'done'> {
    const looksAtAll = performance.now() - this.#lookedAt >= this.#options.lookEveryMs;
    if (looksAtAll) this.#lookedAt = performance.now();
    const heard = this.#heard;
    this.#heard = new Map();
    const ids = [...(looksAtAll ? this.#followed : heard).keys()];
    const isKnown = (id: string, state: string | number) =>
      [...(this.#followed.get(id) ?? [])].every(({ last }) => this.#options.stateOf(last) === state);
    for (let start = 0; start < ids.length; start += batchSize) {
      const items = await this.#options.read(ids.slice(start, start + batchSize), isKnown);
      for (const item of items) this.#show(item, heard.get(this.#options.idOf(item)));
    }
    if (looksAtAll) this.#endThoseThatAreOver();
    return 'done';
  }

  #show(item: Item, traceparent: string | undefined): void {
    const { idOf, stateOf, whenTold } = this.#options;
    const state = stateOf(item);
    let told = 0;
    for (const follower of this.#followed.get(idOf(item)) ?? []) {
      if (stateOf(follower.last) === state) continue;
      follower.last = item;
      follower.updates.put(item);
      told += 1;
      if (this.#isOver(item)) this.#end(follower);
    }
    if (told > 0 && traceparent !== undefined) whenTold?.(traceparent, told);
  }

  /** Time alone may have ended them. */
  #endThoseThatAreOver(): void {
    for (const followers of [...this.#followed.values()]) {
      for (const follower of [...followers]) if (this.#isOver(follower.last)) this.#end(follower);
    }
  }

  #isOver(item: Item): boolean {
    return this.#options.isOver?.(item) ?? false;
  }

  #end(follower: Follower<Item>): void {
    follower.updates.end();
    this.#forget(follower);
  }

  #forget(follower: Follower<Item>): void {
    const id = this.#options.idOf(follower.last);
    const followed = this.#followed.get(id);
    followed?.delete(follower);
    if (followed?.size === 0) this.#followed.delete(id);
  }
}
