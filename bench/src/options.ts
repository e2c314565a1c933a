import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { numbersInto } from '@frontrow/stack/options';
import { isPeer, peers } from './contestants/monolith.ts';
import type { Peer } from './contestants/monolith.ts';
import { scenarios } from './scenarios/all.ts';
import type { ScenarioName } from './scenarios/all.ts';

export interface BenchOptions {
  readonly scenario: ScenarioName;
  /** Where the report goes as JSON; undefined when nobody wants it. */
  readonly json: string | undefined;
  readonly seed: number;
  /** How often the thing is done, all rounds together, when the scenario is of so many of something. */
  readonly count: number | undefined;
  /** How long it is done, all rounds together, when the scenario is of so many seconds. */
  readonly seconds: number | undefined;
  readonly rounds: number;
  /** What is measured beside Frontrow, in turns with it. */
  readonly beside: readonly Peer[];
  /** Another checkout, compiled, that is measured in turns with this one. */
  readonly against: string | undefined;
}

export const usage = `npm run bench -- SCENARIO [options]

SCENARIO is one of ${Object.keys(scenarios).join(', ')}.

  --json FILE        writes the report to a file, too
  --beside PEER      measures a peer in turns with Frontrow (${peers.join(', ')}); may be given several times
  --against FOLDER   measures another checkout of Frontrow, which \`npx tsc -b\` has compiled, in turns with this one
  --purchases N      how many purchases, all rounds together (of a scenario that is of so many)
  --seconds N        how long, all rounds together (of a scenario that is of so long)
  --rounds N         in how many turns (3)
  --seed N           what is left to chance follows from it (1)
  --help

Environment: MYSQLD and NATS_SERVER (paths of the servers' programs)`;

/** A command line that cannot be understood. */
export class UsageError extends Error {}

/** @throws UsageError naming all that is wrong */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const wrong: string[] = [];
  const number = numbersInto(wrong);
  const isAtLeastOne = (n: number) => n >= 1;
  const [scenario = '', ...more] = positionals;
  if (!(scenario in scenarios)) wrong.push(`There is no scenario called "${scenario}".`);
  if (more.length > 0) wrong.push(`One scenario at a time: what is ${more.join(' ')}?`);
  const beside = values.beside ?? [];
  for (const name of beside) if (!isPeer(name)) wrong.push(`There is no peer called ${name}.`);
  const options = {
    scenario: scenario as ScenarioName,
    json: values.json,
    seed: number('--seed', values.seed, 1, () => true),
    count: number('--purchases', values.purchases, 0, isAtLeastOne) || undefined,
    seconds: number('--seconds', values.seconds, 0, isAtLeastOne) || undefined,
    rounds: number('--rounds', values.rounds, 3, isAtLeastOne),
    beside: beside as Peer[],
    against: values.against === undefined ? undefined : resolve(values.against),
  };
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        beside: { type: 'string', multiple: true },
        against: { type: 'string' },
        purchases: { type: 'string' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
