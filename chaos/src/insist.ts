import { setTimeout as pause } from 'node:timers/promises';
import { Faulted } from '@frontrow/stack/api';

/** Tries until there is an answer, as an app does whose fan keeps tapping. What is tried must be safe to repeat. */
export type Insist = <Answer>(attempt: () => Promise<Answer>) => Promise<Answer>;

/**
 * @param signal ends all trying
 * @param onFailure told of each attempt that was not answered: the code of a fault, else what fetch says
 */
export function insistUntil(signal: AbortSignal, onFailure: (reason: string) => void): Insist {
  return async (attempt) => {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        onFailure(reasonOf(error));
        await pause(100 + 400 * Math.random());
      }
    }
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof Faulted) return error.codes[0] ?? 'no data';
  // By its name: in a test, fetch is of another realm than this code.
  return (error as Error).name === 'TypeError' ? 'no connection' : String(error);
}
