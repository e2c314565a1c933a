import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { assertRestored } from './backup/restoring.ts';
import { createDatabases } from './databases.ts';
import { rootFolder } from './home.ts';
import { Layers, type Start } from './layers.ts';
import {
  allPorts,
  databaseUrl,
  gatewayUrl,
  natsUrl,
  receiversUrl,
  standardPorts,
  subgraphUrl,
  subgraphs,
  type Layout,
  type Operator,
  type Subgraph,
} from './layout.ts';
import { standGuard, type Guard } from './processes/guard.ts';
import type { KeptProcess } from './processes/kept-process.ts';
import { keepReceivers } from './receivers/kept-receivers.ts';
import { claim } from './running.ts';
import { readSecrets, type Secrets } from './secrets.ts';
import { keepMysql, keepNats, mysqlRootUrl, type Place } from './servers/kept-servers.ts';
import { assertPortFree } from './servers/ports.ts';
import { keepService, migrate, type Reroute, type Surroundings } from './services.ts';

export interface StackOptions extends Partial<Layout> {
  /** The folder for data, logs and secrets. Two systems never share one. */
  home: string;
  /** Begins with empty databases; the secrets stay. */
  fresh?: boolean;
  /** With false, data do not survive a crash of the machine, and everything is faster. */
  durable?: boolean;
  /** See startMysql. */
  cache?: string;
  operator?: Partial<Operator>;
  /** Runs the services as `tsc -b` compiled them, which start sooner, instead of from their source. */
  compiled?: boolean;
  /** Settings for every service, besides those of the layout. */
  environment?: NodeJS.ProcessEnv;
  reroute?: Reroute;
  /** The folder with `subgraphs/` and `gateway/`. */
  root?: string;
  /** Ends every process when this one is gone. */
  guard?: Guard;
  /** Called with lines about what happens. If it is left out, nobody is told. */
  log?: (line: string) => void;
  /** Stops everything that was started, even while it is starting. */
  signal?: AbortSignal;
}

export interface Stack {
  /** The folder for data, logs and secrets. */
  home: string;
  gatewayUrl: string;
  /** The address of each gateway, beginning with that one. */
  gatewayUrls: readonly string[];
  operator: Operator;
  mysql: KeptProcess;
  /** One server, or the three of a cluster. */
  nats: readonly KeptProcess[];
  /** The processes of the subgraphs, including replicas, and the gateways. */
  services: readonly KeptProcess[];
  /** All of the above. */
  processes: readonly KeptProcess[];
  /** The process with this name: "mysql", "nats-2", "payments", "payments-2". */
  process(name: string): KeptProcess;
  /** The address at which this subgraph's first replica answers requests that the gateway has signed. */
  subgraphUrl(subgraph: Subgraph): string;
  /** The address with the account that can reach only this subgraph's database. */
  databaseUrl(subgraph: Subgraph): string;
  /** The address with root's account. */
  mysqlUrl: string;
  /** With a cluster, all addresses, separated by commas. */
  natsUrl: string;
  /** The account of a subgraph at the broker; the administrator's if none is named. */
  natsAccount: (subgraph?: Subgraph) => { user: string; pass: string };
  /** The address of the local data platform and Slack webhook. */
  receiversUrl: string;
  /**
   * Processes that start from now on are those of the checkout in `root`, compiled if the present ones are. First, its migrations
   * run; processes only check that this was done (MIGRATIONS=check).
   * @throws if a migration fails; then nothing changes
   */
  upgradeTo(root: string): Promise<void>;
  /** Ends gateway, subgraphs, broker and database. Each is gone before the next is asked to end. */
  stop(): Promise<void>;
}

/**
 * Starts a whole system on this machine: database server, broker and every service. Waits until all are ready. From then on a
 * process that dies is started again.
 *
 * @throws if anything does not start; then nothing is left running
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const {
    ports = standardPorts,
    replicas = 1,
    natsServers = 1,
    gateways = 1,
    durable = true,
    log = () => undefined,
  } = options;
  const home = resolve(options.home);
  const logs = join(home, 'logs');
  const layout = { ports, replicas, natsServers, gateways };
  const release = claim(home, layout);
  const guard = options.guard ?? standGuard();
  const layers = new Layers(log);
  const stop = async () => {
    await layers.stop();
    await guard.dismiss();
    release();
  };

  try {
    assertRestored(home);
    for (const { name, port } of allPorts(layout)) await assertPortFree(port, name, remedy);
    if (options.fresh) await removeData(home);
    await keepLastLogs(logs);
    const secrets = readSecrets(home);
    const operator = { email: 'operator@frontrow.test', password: secrets.operator, ...options.operator };

    const place = { home, logs, layout, durable, cache: options.cache, guard, log };
    const outside: Start = ['outside', (signal) => keepReceivers(place, secrets, signal)];
    await layers.start([...serversOf(layout, place, secrets), outside], options.signal);
    const mysqlUrl = mysqlRootUrl(layout, secrets.mysql);
    await createDatabases(mysqlUrl, secrets);

    const { root = rootFolder, compiled = false, environment = {} } = options;
    const { reroute = (_, settings) => settings } = options;
    const around: Surroundings = {
      root,
      logs,
      layout,
      secrets,
      operator,
      compiled,
      environment,
      reroute,
      guard,
      log,
    };
    await layers.start(servicesOf(layout, around), options.signal);

    return {
      home,
      gatewayUrl: gatewayUrl(ports),
      gatewayUrls: times(gateways, (replica) => gatewayUrl(ports, replica)),
      operator,
      mysql: layers.named('mysql'),
      nats: layers.of('broker'),
      services: layers.of('subgraphs', 'gateway'),
      processes: layers.of('database', 'broker', 'outside', 'subgraphs', 'gateway'),
      process: (name) => layers.named(name),
      subgraphUrl: (subgraph) => subgraphUrl(ports, subgraph),
      databaseUrl: (subgraph) => databaseUrl(subgraph, ports, secrets),
      mysqlUrl,
      natsUrl: natsUrl(layout),
      natsAccount: (account: Subgraph | 'administrator' = 'administrator') => ({
        user: account,
        pass: secrets.broker[account],
      }),
      receiversUrl: receiversUrl(ports),
      upgradeTo: async (root) => {
        for (const subgraph of subgraphs) await migrate(subgraph, { ...around, root });
        around.root = root;
        around.environment = { ...around.environment, MIGRATIONS: 'check' };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serversOf(layout: Layout, place: Place, secrets: Secrets): Start[] {
  return [
    ['database', (signal) => keepMysql(place, secrets.mysql, signal)],
    ...times(layout.natsServers, (server): Start => [
      'broker',
      (signal) => keepNats(place, server, secrets.broker, signal),
    ]),
  ];
}

function servicesOf(layout: Layout, around: Surroundings): Start[] {
  return [
    ...subgraphs.flatMap((subgraph) =>
      times(layout.replicas, (replica): Start => {
        return ['subgraphs', (signal) => keepService(subgraph, replica, around, signal)];
      }),
    ),
    ...times(layout.gateways ?? 1, (replica): Start => [
      'gateway',
      (signal) => keepService('gateway', replica, around, signal),
    ]),
  ];
}

const remedy = 'Stop that program, or set GATEWAY_PORT to another port, which all others follow.';

const removeData = (home: string) =>
  Promise.all(
    ['mysql', 'nats', 'nats-cluster', 'receivers'].map((name) =>
      rm(join(home, name), { recursive: true, force: true }),
    ),
  );

/** The logs of the previous run stay readable, and no log grows for ever. */
async function keepLastLogs(logs: string): Promise<void> {
  const previous = `${logs}.previous`;
  if (!existsSync(logs)) return;
  await rm(previous, { recursive: true, force: true });
  await rename(logs, previous);
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
