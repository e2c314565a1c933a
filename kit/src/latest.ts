import { eventIterator } from './event-iterator.ts';

/**
 * The updates of one subscriber, no more than they can take: while they are busy with an event, the next ones are merged
 * into one. So a subscriber takes the memory of one event, and always gets the latest state in the end.
 */
export class Latest<Event> {
  /** For the subscriber. Ends after the last event, or when the subscriber leaves. */
  readonly events: AsyncGenerator<Event, undefined, undefined>;
  readonly #merge: (waiting: Event, next: Event) => Event;
  readonly #pendingReads: ((result: IteratorResult<Event, undefined>) => void)[] = [];
  #waiting: { readonly event: Event } | undefined;
  #hasEnded = false;

  /**
   * @param onLeave called once, when the subscriber stops listening before the end
   * @param merge combines a waiting event with the next one; the default keeps only the next one
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
