import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { folderOf, mostReplicas, services } from '@frontrow/stack/layout';
import { numbersInto, orUsage, UsageError } from '@frontrow/stack/options';

export const usage = `npm run rolling-restart -- [options]

  --to FOLDER    restart into another checkout, its migrations first; it and this one must be compiled (npx tsc -b)
  --fans N       how many fans are in the middle of a purchase at any time (8)
  --seed S       what they wish for (1)
  --replicas N   run N processes of each subgraph (2; 2 to ${mostReplicas})
  --nats 3       run the broker as a cluster of three, whose servers are restarted, too
  --help

Environment: FRONTROW_HOME (.frontrow), in which it has a folder of its own; MYSQLD and NATS_SERVER (paths of the servers'
programs)`;

export interface RollingRestartCommand {
  readonly to?: string;
  readonly fansAtOnce: number;
  readonly seed: number;
  readonly replicas: number;
  readonly natsServers: 1 | 3;
}

/** @throws UsageError that names all mistakes */
export function readOptions(args: readonly string[], root: string): RollingRestartCommand | 'help' {
  const { values } = orUsage(usage, () =>
    parseArgs({
      args: [...args],
      options: {
        to: { type: 'string' },
        fans: { type: 'string' },
        seed: { type: 'string' },
        replicas: { type: 'string' },
        nats: { type: 'string' },
        help: { type: 'boolean' },
      },
    }),
  );
  if (values.help) return 'help';
  const wrong: string[] = [];
  const number = numbersInto(wrong);
  const options: RollingRestartCommand = {
    fansAtOnce: number('--fans', values.fans, 8, (n) => n >= 1 && n <= 1_000),
    seed: number('--seed', values.seed, 1, (n) => n < 2 ** 32),
    replicas: number('--replicas', values.replicas, 2, (n) => n >= 2 && n <= mostReplicas),
    natsServers: number('--nats', values.nats, 1, (n) => n === 1 || n === 3) === 3 ? 3 : 1,
    ...(values.to !== undefined && { to: resolve(values.to) }),
  };
  for (const folder of values.to === undefined ? [] : [root, resolve(values.to)]) {
    const missing = services.filter((name) => !existsSync(join(folder, folderOf(name), 'dist/main.js')));
    if (missing.length > 0) wrong.push(`${folder} is not compiled: ${missing.join(', ')}.`);
  }
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);
  return options;
}
