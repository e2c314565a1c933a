import { NotSupported } from '../errors.ts';

/** Work that continues when the promise that it yields is resolved, which is a lock that it waits for. */
export type Steps<Result> = Generator<Promise<void>, Result, void>;

/** Does work that never waits. */
export function runToEnd<Result>(work: Steps<Result>): Result {
  const step = work.next();
  if (step.done === true) return step.value;
  throw new NotSupported('locks in a subquery');
}
