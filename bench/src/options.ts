import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { numbersInto, orUsage, UsageError } from '@frontrow/stack/options';
import { apart } from './apart/all.ts';
import { peers } from './contestants/peers.ts';
import type { Peer } from './contestants/peers.ts';
import { scenarios } from './scenarios/all.ts';
import type { ScenarioName } from './scenarios/all.ts';

export interface BenchOptions {
  readonly scenario: ScenarioName;
  /** The file for the report as JSON; undefined if none is wanted. */
  readonly json: string | undefined;
  readonly seed: number;
  /** How often the thing is done, in all rounds together; undefined for the usual number. */
  readonly count: number | undefined;
  readonly rounds: number | undefined;
  /** How many come per second, in scenarios in which they may come by the clock. */
  readonly rate: number | undefined;
  /** The peers that are measured in turns with Frontrow. */
  readonly beside: readonly Peer[];
  /** Another compiled checkout that is measured in turns with this one. */
  readonly against: string | undefined;
  /** Settings of another Frontrow, out of the same checkout, that is measured in turns with this one; empty: there is none. */
  readonly settings: Readonly<Record<string, string>>;
  /** Frontrow as it is after so many reservations, for each; the others are compared to the first. Empty: as it is when new. */
  readonly grown: readonly number[];
  /** The folder for a profile of each of Frontrow's processes; undefined if none are wanted, because they cost time. */
  readonly profile: string | undefined;
}

export const usage = `npm run bench -- SCENARIO [options]

SCENARIO is one of ${Object.keys(scenarios).join(', ')}.
Without options, but with how many, of one part: ${Object.entries(apart)
  .map(([name, { of }]) => `${name} [${of}]`)
  .join(', ')}.

  --json FILE        writes the report to a file, too
  --beside PEER      measures a peer in turns with Frontrow (${peers.join(', ')}); may be given several times
  --against FOLDER   measures another checkout of Frontrow, which \`npx tsc -b\` has compiled, in turns with this one
  --setting NAME=VALUE
                     measures Frontrow with this setting in turns with itself without; given several times, with all of them
  --grown N          has Frontrow begin with N reservations, N tickets and 2 N seats of earlier sales; given several times, it
                     measures each in turns and compares them to the first
  --count N          how many purchases, fans or joins, all rounds together
  --rounds N         in how many turns
  --rate N           so many fans a second, at moments left to chance, instead of so many at once
  --profile FOLDER   leaves a profile (.cpuprofile) of each of Frontrow's services there, and says where their time went
  --seed N           what is left to chance follows from it (1)
  --help

Environment: MYSQLD, NATS_SERVER and REDIS_SERVER (paths of the servers' programs)`;

/** @throws UsageError that names all mistakes */
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
  const able: readonly string[] = scenario in scenarios ? scenarios[scenario as ScenarioName].peers : peers;
  for (const name of beside)
    if (!able.includes(name)) wrong.push(`No peer called ${name} can do ${scenario}.`);
  const settings: Record<string, string> = {};
  for (const text of values.setting ?? []) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) wrong.push(`--setting takes NAME=VALUE, not "${text}".`);
    else settings[name] = value;
  }
  const options = {
    scenario: scenario as ScenarioName,
    json: values.json,
    seed: number('--seed', values.seed, 1, () => true),
    count: number('--count', values.count, 0, isAtLeastOne) || undefined,
    rounds: number('--rounds', values.rounds, 0, isAtLeastOne) || undefined,
    rate: number('--rate', values.rate, 0, isAtLeastOne) || undefined,
    beside: beside as Peer[],
    grown: (values.grown ?? []).map((text) => number('--grown', text, 0, isAtLeastOne)),
    against: values.against === undefined ? undefined : resolve(values.against),
    settings,
    profile: values.profile === undefined ? undefined : resolve(values.profile),
  };
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);
  return options;
}

const parse = (args: readonly string[]) =>
  orUsage(usage, () =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        beside: { type: 'string', multiple: true },
        against: { type: 'string' },
        grown: { type: 'string', multiple: true },
        setting: { type: 'string', multiple: true },
        profile: { type: 'string' },
        count: { type: 'string' },
        rate: { type: 'string' },
        rounds: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    }),
  );
