import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { connect } from '@frontrow/kit/nats';
import type { ConnectionOptions } from '@frontrow/kit/nats';
import { rootFolder } from '../home.ts';
import type { Guard } from '../processes/guard.ts';
import { launch, untilReady, type RunningProcess } from '../processes/process.ts';
import { assertPortFree } from './ports.ts';
import { natsVersion } from './programs.ts';
import type { BrokerPasswords } from '../secrets.ts';

export interface NatsOptions {
  program: string;
  /** The folder for JetStream's data and the generated configuration. */
  folder: string;
  port: number;
  /** The file for its messages. */
  log: string;
  /** The port that serves /healthz, /jsz and so on. */
  monitorPort?: number;
  /**
   * Makes every acknowledgement wait for the disk (NATS 2.10 and later; older ones cannot). Frontrow does not need this, because
   * events that a broker loses are published again from the outboxes.
   */
  durable?: boolean;
  /** The passwords of the accounts. Without them the broker is open to everybody on this machine, as tests want it. */
  passwords?: BrokerPasswords | undefined;
  /** The paths of the server's certificate and its key. If they are given, all connections use TLS. */
  tls?: { readonly certificate: string; readonly key: string } | undefined;
  cluster?: NatsCluster | undefined;
  guard?: Guard | undefined;
}

export interface NatsCluster {
  /** Unique among the servers of the cluster. */
  name: string;
  port: number;
  /** The ports of all servers of the cluster, including this one. */
  ports: readonly number[];
}

export interface Nats extends RunningProcess {
  url: string;
  port: number;
  version: string;
}

/**
 * Starts a NATS server with JetStream on 127.0.0.1, and waits until JetStream answers. A server of a cluster answers only when
 * most of the others are up, so start those at the same time.
 *
 * @throws if a port is taken, or the server does not start; the message has the end of its log
 */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const { program, folder, port, log, monitorPort, cluster } = options;
  const version = await natsVersion(program);
  for (const each of [port, monitorPort, cluster?.port]) {
    if (each) await assertPortFree(each, 'the NATS server', 'Stop that program, or choose another port.');
  }
  await mkdir(folder, { recursive: true });
  const configuration = join(folder, 'nats.conf');
  await writeFile(configuration, natsConfiguration(options, version), { mode: 0o600 });
  const administrator = options.passwords && asAdministrator(options.passwords);

  const running = await launch({
    name: cluster?.name ?? 'nats',
    command: program,
    args: ['--config', configuration],
    env: { ...process.env, ...passwordsInEnvironment(options.passwords) },
    log,
    guard: options.guard,
  });
  await untilReady(
    running,
    () => checkNats(port, { ...administrator, ...(options.tls && trustingAnybody) }),
    60_000,
  ).catch((error: unknown) => {
    running.kill();
    throw error;
  });
  return Object.assign(running, { url: `nats://127.0.0.1:${port}`, port, version });
}

/** Works with NATS 2.9, which refuses to start with a setting that it does not know. */
export function natsConfiguration(options: NatsOptions, version: string): string {
  const { folder, port, monitorPort, durable, passwords, tls, cluster } = options;
  const text = JSON.stringify;
  const lines = [
    `server_name: ${text(cluster?.name ?? 'frontrow')}`,
    `listen: "127.0.0.1:${port}"`,
    ...(monitorPort ? [`http: "127.0.0.1:${monitorPort}"`] : []),
    'jetstream {',
    `  store_dir: ${text(folder)}`,
    ...(durable && knowsSyncInterval(version) ? ['  sync_interval: always'] : []),
    '}',
    ...(tls
      ? [
          'tls {',
          `  cert_file: ${text(tls.certificate)}`,
          `  key_file: ${text(tls.key)}`,
          '  timeout: 5',
          '}',
        ]
      : []),
    ...(passwords ? [`include ${text(relative(folder, accountsFile))}`] : []),
  ];
  if (cluster) {
    const route = passwords ? `route:${passwords.administrator}@` : '';
    const routes = cluster.ports.filter((other) => other !== cluster.port);
    lines.push(
      'cluster {',
      '  name: "frontrow"',
      '  no_advertise: true', // clients know all addresses, and some use others
      `  listen: "127.0.0.1:${cluster.port}"`,
      // A server that joins the cluster may publish anything in anybody's name.
      ...(passwords ? ['  authorization { user: route, password: $ROUTE_NATS_PASSWORD, timeout: 5 }'] : []),
      `  routes: [${routes.map((other) => text(`nats://${route}127.0.0.1:${other}`)).join(', ')}]`,
      '}',
    );
  }
  return lines.join('\n') + '\n';
}

/** Generated from the table of routes. The broker of compose reads the same file. */
const accountsFile = join(rootFolder, 'events/nats/accounts.conf');

/** To the server, a quoted password is a string, whatever it looks like. */
function passwordsInEnvironment(passwords: BrokerPasswords | undefined): NodeJS.ProcessEnv {
  if (passwords === undefined) return {};
  const named = { ...passwords, route: passwords.administrator };
  return Object.fromEntries(
    Object.entries(named).map(([account, password]) => [
      `${account.toUpperCase()}_NATS_PASSWORD`,
      JSON.stringify(password),
    ]),
  );
}

/** How tools connect. No service has this account. */
export const asAdministrator = ({ administrator }: BrokerPasswords) => ({
  user: 'administrator',
  pass: administrator,
});

function knowsSyncInterval(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}

/** Checks only whether the server is up. */
const trustingAnybody = { tls: { rejectUnauthorized: false } } as ConnectionOptions;

/** @throws while JetStream does not answer */
export async function checkNats(port: number, account: ConnectionOptions = {}): Promise<void> {
  const connection = await connect({
    servers: `127.0.0.1:${port}`,
    ...account,
    reconnect: false,
    timeout: 2_000,
    ignoreClusterUpdates: true, // only this server is asked, not another one of the cluster
  });
  try {
    await (await connection.jetstreamManager({ timeout: 1_000 })).getAccountInfo();
  } finally {
    await connection.close();
  }
}
