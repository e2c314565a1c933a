import { eventIterator } from './event-iterator.ts';

/** What a test publishes on behalf of a subgraph. A subscriber gets the present state first, then what is published. */
export class Feed<State = any> {
  state: State | undefined;
  /** How many subscriptions there have been. */
  subscriptions = 0;
  /** What the subgraph was told about each subscriber. */
  readonly seen: unknown[] = [];
  readonly #listeners = new Set<{ put(state: State): void; end(error?: Error): void }>();

  get listeners(): number {
    return this.#listeners.size;
  }

  say(state: State): void {
    this.state = state;
    for (const listener of this.#listeners) listener.put(state);
  }

  end(error?: Error): void {
    for (const listener of this.#listeners) listener.end(error);
  }

  subscribe(who?: unknown): AsyncGenerator<State> {
    this.subscriptions++;
    this.seen.push(who);
    const pending: State[] = this.state === undefined ? [] : [this.state];
    let ended: { error: Error | undefined } | undefined;
    let wake: () => void = () => undefined;
    const listener = {
      put: (state: State) => {
        pending.push(state);
        wake();
      },
      end: (error?: Error) => {
        ended = { error };
        wake();
      },
    };
    this.#listeners.add(listener);
    return eventIterator<State>(
      async () => {
        while (pending.length === 0 && ended === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
        }
        if (pending.length > 0) return { done: false, value: pending.shift()! };
        this.#listeners.delete(listener);
        if (ended?.error !== undefined) throw ended.error;
        return { done: true, value: undefined };
      },
      () => {
        this.#listeners.delete(listener);
        listener.end();
      },
    );
  }
}
