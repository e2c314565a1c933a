import { NotSupported } from '../errors.ts';

/** Work that goes on when the promise it yields is resolved: a lock that it waits for. */
export type Steps<Result> = Generator<Promise<void>, Result, void>;

/** Does work that waits for nothing. */
export function runToEnd<Result>(work: Steps<Result>): Result {
  const step = work.next();
  if (step.done === true) return step.value;
  throw new NotSupported('locks in a subquery');
}
