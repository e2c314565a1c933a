import { parseArgs } from 'node:util';
import { numbersInto, orUsage, UsageError } from '@frontrow/stack/options';

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
}

export const usage = `npm run fuzz -- [options]

  --seconds N    how long inputs are sent (60; 10 to 600)
  --seed S       which inputs they are (1)
  --help

Environment: MYSQLD and NATS_SERVER (paths of the servers' programs)`;

/** Access tokens are valid for 15 minutes, and nobody logs in twice here. */
const mostSeconds = 600;

/** @throws UsageError that names all mistakes */
export function readOptions(args: readonly string[]): FuzzOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const wrong: string[] = [];
  const number = numbersInto(wrong);
  const options = {
    seconds: number('--seconds', values.seconds, 60, (n) => n >= 10 && n <= mostSeconds),
    seed: number('--seed', values.seed, 1, (n) => n < 2 ** 32),
  };
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);
  return options;
}

const parse = (args: readonly string[]) =>
  orUsage(usage, () =>
    parseArgs({
      args: [...args],
      options: { seconds: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
    }),
  ).values;
