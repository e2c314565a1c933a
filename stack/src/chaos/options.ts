import { parseArgs } from 'node:util';
import { mostReplicas } from '../layout.ts';
import { numbersInto, UsageError } from '../options.ts';
import type { PlanOptions } from './plan.ts';

export const usage = `npm run chaos -- [options]

  --seconds N    how long things go wrong (60)
  --seed S       what goes wrong, and when (1)
  --replicas N   run N processes of each subgraph (2; 1 to ${mostReplicas})
  --nats 3       run the broker as a cluster of three
  --help

Environment: FRONTROW_HOME (.frontrow), in which it has a folder of its own; MYSQLD and NATS_SERVER (paths of the servers'
programs)`;

const mostSeconds = 24 * 60 * 60;

/** @throws UsageError naming all that is wrong */
export function readOptions(args: readonly string[]): PlanOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const wrong: string[] = [];
  const number = numbersInto(wrong);
  const options = {
    seconds: number('--seconds', values.seconds, 60, (n) => n >= 10 && n <= mostSeconds),
    seed: number('--seed', values.seed, 1, (n) => n < 2 ** 32),
    replicas: number('--replicas', values.replicas, 2, (n) => n >= 1 && n <= mostReplicas),
    natsServers: number('--nats', values.nats, 1, (n) => n === 1 || n === 3) === 3 ? 3 : 1,
  } as const;
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        seed: { type: 'string' },
        replicas: { type: 'string' },
        nats: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
