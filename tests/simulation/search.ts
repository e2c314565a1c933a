import { bundleWorker } from './bundle.ts';
import type { Outcome } from './schedule.ts';
import { simulate } from './simulate.ts';
import type { Runs } from './simulate.ts';
import type { Variant } from './variants.ts';

export interface Search extends Pick<Runs, 'seed' | 'runs' | 'workers' | 'onOutcome'> {
  readonly variant: Variant;
}

/**
 * Looks for a schedule in which the variant shows what it is known for. What else it breaks is passed over.
 * @returns that with the lowest seed; undefined if there is none
 * @throws at any other failure that is neither an invariant's nor of something that never happens, because that is a fault of the simulation
 */
export async function search({ variant, seed, runs, ...options }: Search): Promise<Outcome | undefined> {
  const { name, shows, mutations } = variant;
  const bundle = await bundleWorker(`variant-${name.replaceAll(/\W+/g, '-')}`, mutations);
  const isIt = ({ failure = '', reached }: Outcome) =>
    failure.startsWith(shows) || reached.some((mark) => mark === shows);
  const found: Outcome[] = [];
  const onOutcome = (outcome: Outcome) => {
    options.onOutcome?.(outcome);
    if (isIt(outcome)) found.push(outcome);
  };
  for (let from = seed; from < seed + runs;) {
    const failed = await simulate({
      ...{ ...options, bundle, onOutcome, isEnough: isIt },
      ...{ seed: from, runs: seed + runs - from },
    });
    if (failed === undefined || found.length > 0) break;
    if (!/^(invariant \d|this did not happen: )/.test(failed.failure ?? '')) throw new Error(failed.failure);
    from = failed.seed + 1;
  }
  return found.sort((a, b) => a.seed - b.seed)[0];
}
