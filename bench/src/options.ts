import path from 'node:path';
import { parseArgs } from 'node:util';
import { numbersInto, orUsage, UsageError } from '@frontrow/stack/options';
import { apart } from './apart/all.ts';
import { peers } from './contestants/peers.ts';
import type { Peer } from './contestants/peers.ts';
import { scenarios } from './scenarios/all.ts';
import type { ScenarioName } from './scenarios/all.ts';

export interface BenchOptions {
  /** Measured one after the other, in the same systems. */
  readonly scenarios: readonly ScenarioName[];
  /** The file for the report as JSON, of several scenarios one each (see `fileOf`); undefined if none is wanted. */
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
  /** How many gateways each Frontrow has. */
  readonly gateways: number;
  /** The folder for a profile of each of Frontrow's processes; undefined if none are wanted, because they cost time. */
  readonly profile: string | undefined;
}

export const usage = `npm run bench -- SCENARIO … [options]

SCENARIO is one or more of ${Object.keys(scenarios).join(', ')}.
Without options, but with how many, of one part: ${Object.entries(apart)
  .map(([name, { of }]) => `${name} [${of}]`)
  .join(', ')}.

  --json FILE        writes the report to a file, too; of several scenarios, to FILE with the scenario's name before its ending
  --beside PEER      measures a peer in turns with Frontrow (${peers.join(', ')}); may be given several times
  --against FOLDER   measures another checkout of Frontrow, which \`npx tsc -b\` has compiled, in turns with this one
  --setting NAME=VALUE
                     measures Frontrow with this setting in turns with itself without; given several times, with all of them
  --grown N          has Frontrow begin with N reservations, N tickets and 2 N seats of earlier sales; given several times, it
                     measures each in turns and compares them to the first
  --gateways N       gives each Frontrow several gateways, over which those who wait are spread (1)
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
  if (positionals.length === 0) wrong.push('Which scenario is to be measured?');
  const isScenario = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name);
  const wanted = positionals.filter(isScenario);
  for (const name of positionals) if (!isScenario(name)) wrong.push(`There is no scenario called "${name}".`);
  const beside = values.beside ?? [];
  for (const name of beside)
    for (const scenario of wanted)
      if (!(scenarios[scenario].peers as readonly string[]).includes(name))
        wrong.push(`No peer called ${name} can do ${scenario}.`);
  const settings: Record<string, string> = {};
  for (const text of values.setting ?? []) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) wrong.push(`--setting takes NAME=VALUE, not "${text}".`);
    else settings[name] = value;
  }
  const options = {
    scenarios: wanted,
    json: values.json,
    seed: number('--seed', values.seed, 1, () => true),
    count: number('--count', values.count, 0, isAtLeastOne) || undefined,
    rounds: number('--rounds', values.rounds, 0, isAtLeastOne) || undefined,
    rate: number('--rate', values.rate, 0, isAtLeastOne) || undefined,
    beside: beside as Peer[],
    grown: (values.grown ?? []).map((text) => number('--grown', text, 0, isAtLeastOne)),
    against: values.against === undefined ? undefined : path.resolve(values.against),
    settings,
    gateways: number('--gateways', values.gateways, 1, isAtLeastOne),
    profile: values.profile === undefined ? undefined : path.resolve(values.profile),
  };
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);
  return options;
}

/** The file for the report of one scenario of several: growth.json becomes growth-purchase.json. */
export function fileOf(json: string, scenario: ScenarioName, of: readonly ScenarioName[]): string {
  if (of.length === 1) return json;
  const { dir, name, ext } = path.parse(json);
  return path.join(dir, `${name}-${scenario}${ext}`);
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
        gateways: { type: 'string' },
        profile: { type: 'string' },
        count: { type: 'string' },
        rate: { type: 'string' },
        rounds: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    }),
  );
