import { eventIterator } from './event-iterator.ts';

/**
 * What one subscriber is told, and no more than they can take: while they are busy with an event, the next ones are merged
 * into one. So the memory of a subscriber is that of one event, and what they get last is the last that happened.
 */
export class Latest<Event> {
  /** For the subscriber. Ends after the last event, or when the subscriber has had enough. */
  readonly events: AsyncGenerator<Event, undefined, undefined>;
  readonly #merge: (waiting: Event, next: Event) => Event;
  readonly #pendingReads: ((result: IteratorResult<Event, undefined>) => void)[] = [];
  #waiting: { readonly event: Event } | undefined;
  #hasEnded = false;

  /**
   * @param onLeave called once, when the subscriber stops listening before the end
   * @param merge makes one of an event that waits and the next one; the next one alone when left out
   */
  constructor(
    onLeave: () => void = () => undefined,
    merge: (waiting: Event, next: Event) => Event = (_, next) => next,
  ) {
    this.#merge = merge;
    this.events = eventIterator<Event>(
      () => this.#take(),
      () => {
        if (this.#hasEnded) return;
        this.end();
        this.#waiting = undefined;
        onLeave();
      },
    );
  }

  put(event: Event): void {
    if (this.#hasEnded) return;
    const resolve = this.#pendingReads.shift();
    if (resolve !== undefined) resolve({ done: false, value: event });
    else this.#waiting = { event: this.#waiting ? this.#merge(this.#waiting.event, event) : event };
  }

  /** An event that waits is still delivered. */
  end(): void {
    this.#hasEnded = true;
    for (const resolve of this.#pendingReads.splice(0)) resolve({ done: true, value: undefined });
  }

  #take(): Promise<IteratorResult<Event, undefined>> {
    if (this.#waiting !== undefined) {
      const { event } = this.#waiting;
      this.#waiting = undefined;
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#pendingReads.push(resolve));
  }
}
