import { parseArgs } from 'node:util';
import {
  highestGatewayPort,
  mostReplicas,
  portsFrom,
  standardPorts,
  type Layout,
  type Operator,
} from './layout.ts';

export interface StartOptions extends Layout {
  fresh: boolean;
  operator: Partial<Operator>;
}

export const usage = `npm start -- [options]

  --fresh        begin anew: the databases of earlier runs are deleted
  --replicas N   run N processes of each subgraph (1 to ${mostReplicas})
  --nats 3       run the broker as a cluster of three
  --help

Environment: GATEWAY_PORT (4000; all other ports follow it), OPERATOR_EMAIL (operator@frontrow.test), OPERATOR_PASSWORD (made up and kept),
FRONTROW_HOME (.frontrow), MYSQLD and NATS_SERVER (paths of the servers' programs), LOG_LEVEL (info)`;

/** A command line that is not valid. */
export class UsageError extends Error {}

/** @throws UsageError that names all mistakes */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const wrong: string[] = [];
  const number = numbersInto(wrong);
  const replicas = number('--replicas', values.replicas, 1, (n) => n >= 1 && n <= mostReplicas);
  const natsServers = number('--nats', values.nats, 1, (n) => n === 1 || n === 3) === 3 ? 3 : 1;
  const gateway = number(
    'GATEWAY_PORT',
    environment['GATEWAY_PORT'],
    standardPorts.gateway,
    (n) => n >= 1 && n <= highestGatewayPort,
  );
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\n\n${usage}`);

  const email = environment['OPERATOR_EMAIL'];
  const password = environment['OPERATOR_PASSWORD'];
  return {
    ports: portsFrom(gateway),
    replicas,
    natsServers,
    fresh: values.fresh ?? false,
    operator: { ...(email && { email }), ...(password && { password }) },
  };
}

/** Reads whole numbers, and adds to `wrong` those that are invalid or out of range. */
export const numbersInto =
  (wrong: string[]) =>
  (name: string, given: string | undefined, fallback: number, fits: (value: number) => boolean): number => {
    if (given === undefined || given === '') return fallback;
    if (/^\d+$/.test(given) && fits(Number(given))) return Number(given);
    wrong.push(`${name} cannot be ${given}.`);
    return fallback;
  };

/**
 * Reads a command line.
 * @throws UsageError, with the usage, if the command does not know something in it
 */
export function orUsage<Values>(usage: string, read: () => Values): Values {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

const parse = (args: readonly string[]) =>
  orUsage(usage, () =>
    parseArgs({
      args: [...args],
      options: {
        fresh: { type: 'boolean' },
        replicas: { type: 'string' },
        nats: { type: 'string' },
        help: { type: 'boolean' },
      },
    }),
  ).values;
