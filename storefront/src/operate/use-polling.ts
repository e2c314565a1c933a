import { useEffect } from 'react';
import { filter, firstValueFrom, from } from 'rxjs';
import type { ObservableInput } from 'rxjs';

/** How many lines the lists of the console ask for at once. */
const linesOfPage = 20;

interface PolledQuery<Options> {
  readonly observable: ObservableInput<{ readonly loading: boolean }>;
  readonly fetchMore: (options: Options) => Promise<unknown>;
  readonly startPolling: (everyMs: number) => void;
  readonly stopPolling: () => void;
}

/**
 * Asks for a list again and again, as long as it shows one page. The answer is the first page alone, so it would take away the others,
 * which an operator has asked for.
 * @param list what is shown; undefined if that is not known yet
 * @returns what loads the next page, as soon as no such answer is on its way
 */
export function usePolling<Options>(
  { observable, fetchMore, startPolling, stopPolling }: PolledQuery<Options>,
  list: { readonly edges: readonly unknown[] } | undefined,
  everyMs: number,
): (options: Options) => Promise<unknown> {
  const isLong = (list?.edges.length ?? 0) > linesOfPage;
  useEffect(() => {
    if (isLong) return undefined;
    startPolling(everyMs);
    return stopPolling;
  }, [isLong, everyMs, startPolling, stopPolling]);
  return async (options) => {
    await firstValueFrom(from(observable).pipe(filter(({ loading }) => !loading)));
    return fetchMore(options);
  };
}
