/**
 * An async iterator made of its two ends. Unlike with an `async function*`, `return` reaches the source at once, even while
 * somebody waits for the next event.
 */
export function eventIterator<Event>(
  next: () => Promise<IteratorResult<Event, undefined>>,
  stop: () => unknown = () => undefined,
): AsyncGenerator<Event, undefined, undefined> {
  const iterator: AsyncGenerator<Event, undefined, undefined> = {
    next,
    return: async () => {
      await stop();
      return { done: true, value: undefined };
    },
    throw: async (error: unknown) => {
      await stop();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
  return iterator;
}
