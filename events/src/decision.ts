import type { NewEvent } from './contract.ts';

/**
 * What something is from now on, and whom to tell what. When nothing changes, `next` is the very object that was found, so that
 * whoever stores can tell by `===`.
 */
export interface Decision<State> {
  readonly next: State;
  readonly events: readonly NewEvent[];
}

/** Nothing changes; there may be something to say all the same. */
export const unchanged = <State>(found: State, ...events: NewEvent[]): Decision<State> => ({
  next: found,
  events,
});
