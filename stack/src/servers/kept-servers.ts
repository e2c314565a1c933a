import { join } from 'node:path';
import { natsPorts, processName, type Layout } from '../layout.ts';
import type { Guard } from '../processes/guard.ts';
import { KeptProcess } from '../processes/kept-process.ts';
import { checkMysql, startMysql } from './mysql.ts';
import type { BrokerPasswords } from '../secrets.ts';
import { asAdministrator, checkNats, startNats, type NatsCluster } from './nats.ts';
import { findMysqld, findNatsServer } from './programs.ts';

export interface Place {
  home: string;
  logs: string;
  layout: Layout;
  durable: boolean;
  cache: string | undefined;
  guard: Guard;
  log: (line: string) => void;
}

/** startMysql and startNats wait until their server answers, so there is little left to wait for. */
const timing = { startTimeout: 10_000, patience: 60_000 };

export const mysqlRootUrl = (layout: Layout, password: string) =>
  `mysql://root:${password}@127.0.0.1:${layout.ports.mysql}`;

export function keepMysql(place: Place, password: string, signal?: AbortSignal): Promise<KeptProcess> {
  const { home, logs, layout, durable, cache, guard, log } = place;
  const keeping = {
    name: 'mysql',
    launch: () =>
      startMysql({
        program: findMysqld(),
        folder: join(home, 'mysql'),
        port: layout.ports.mysql,
        log: join(logs, 'mysql.log'),
        password,
        durable,
        cache,
        guard,
      }),
    check: () => checkMysql(mysqlRootUrl(layout, password)),
    log,
    ...timing,
  };
  return KeptProcess.start(keeping, signal);
}

/** The folder for the data of a broker. A server of a cluster does not take over data from when it was alone. */
export const natsFolder = (home: string, natsServers: number, server: number) =>
  join(home, natsServers === 1 ? 'nats' : `nats-cluster/${server + 1}`);

/** A server of a cluster answers only when another one does, so start them together. */
export function keepNats(
  place: Place,
  server: number,
  passwords: BrokerPasswords,
  signal?: AbortSignal,
): Promise<KeptProcess> {
  const { home, logs, layout, guard, log } = place;
  const name = processName('nats', server);
  const { client } = natsPorts(layout.ports, server);
  const keeping = {
    name,
    launch: () =>
      startNats({
        program: findNatsServer(),
        folder: natsFolder(home, layout.natsServers, server),
        port: client,
        log: join(logs, `${name}.log`),
        passwords,
        cluster: clusterOf(layout, server),
        guard,
      }),
    check: () => checkNats(client, asAdministrator(passwords)),
    log,
    ...timing,
  };
  return KeptProcess.start(keeping, signal);
}

function clusterOf(layout: Layout, server: number): NatsCluster | undefined {
  if (layout.natsServers === 1) return undefined;
  const routeOf = (each: number) => natsPorts(layout.ports, each).route;
  return { name: processName('nats', server), port: routeOf(server), ports: [0, 1, 2].map(routeOf) };
}
