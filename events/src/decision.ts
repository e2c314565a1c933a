import type { NewEvent } from './contract.ts';

/**
 * The next state of something, and the events to emit. When nothing changes, `next` is the very object that was found, so that
 * the caller can tell by `===`.
 */
export interface Decision<State> {
  readonly next: State;
  readonly events: readonly NewEvent[];
}

/** Nothing changes; there may still be events to emit. */
export const unchanged = <State>(found: State, ...events: NewEvent[]): Decision<State> => ({
  next: found,
  events,
});
