import { parseArgs } from 'node:util';
import { mostReplicas, subgraphs } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { numbersInto, orUsage, UsageError } from '@frontrow/stack/options';
import type { PlanOptions } from './plan.ts';

export const usage = `npm run chaos -- [options]

  --seconds N    how long things go wrong (60)
  --seed S       what goes wrong, and when (1)
  --alone S      instead of all that: one of two replicas of the service S has no database for a minute
  --replicas N   run N processes of each subgraph (2; 1 to ${mostReplicas})
  --nats 3       run the broker as a cluster of three
  --help

Environment: FRONTROW_HOME (.frontrow), in which it has a folder of its own; MYSQLD and NATS_SERVER (paths of the servers'
programs)`;

const mostSeconds = 24 * 60 * 60;

export interface ChaosCommand extends PlanOptions {
  readonly alone?: Subgraph;
}

/** @throws UsageError that names all mistakes */
export function readOptions(args: readonly string[]): ChaosCommand | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const wrong: string[] = [];
  const number = numbersInto(wrong);
  const alone = subgraphs.find((name) => name === values.alone);
  const options = {
    seconds: number('--seconds', values.seconds, 60, (n) => n >= 10 && n <= mostSeconds),
    seed: number('--seed', values.seed, 1, (n) => n < 2 ** 32),
    replicas: number('--replicas', values.replicas, 2, (n) => n >= 1 && n <= mostReplicas),
    natsServers: number('--nats', values.nats, 1, (n) => n === 1 || n === 3) === 3 ? 3 : 1,
    ...(alone !== undefined && { alone }),
  } as const;
  if (values.alone !== undefined && (alone === undefined || options.replicas < 2))
    wrong.push(`--alone cannot be ${values.alone} with ${options.replicas} replicas.`);
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);
  return options;
}

const parse = (args: readonly string[]) =>
  orUsage(usage, () =>
    parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        seed: { type: 'string' },
        alone: { type: 'string' },
        replicas: { type: 'string' },
        nats: { type: 'string' },
        help: { type: 'boolean' },
      },
    }),
  ).values;
