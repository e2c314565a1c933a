import { setTimeout as pause } from 'node:timers/promises';
import { Faulted } from '@frontrow/stack/api';

/** Tries until there is an answer, like an app whose fan keeps tapping. The attempt must be safe to repeat. */
export type Insist = <Answer>(attempt: () => Promise<Answer>) => Promise<Answer>;

/**
 * @param signal ends all attempts
 * @param onFailure called with the reason of each attempt without an answer: the code of a fault, or what fetch reports
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
  // Compared by name, because in a test, fetch belongs to another realm than this code.
  return (error as Error).name === 'TypeError' ? 'no connection' : String(error);
}
