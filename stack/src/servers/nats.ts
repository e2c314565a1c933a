import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'nats';
import type { Guard } from '../processes/guard.ts';
import { launch, untilReady, type RunningProcess } from '../processes/process.ts';
import { assertPortFree } from './ports.ts';
import { natsVersion } from './programs.ts';

export interface NatsOptions {
  program: string;
  /** JetStream's data and the generated configuration. */
  folder: string;
  port: number;
  /** The file that its messages go to. */
  log: string;
  /** Serves /healthz, /jsz and so on. */
  monitorPort?: number;
  /**
   * Makes every acknowledgement wait for the disk (NATS 2.10 and later; older ones cannot). Frontrow does not
   * need it: what a broker loses is published again from the outboxes.
   */
  durable?: boolean;
  cluster?: NatsCluster | undefined;
  guard?: Guard | undefined;
}

export interface NatsCluster {
  /** Unique among the servers of the cluster. */
  name: string;
  port: number;
  /** Of all servers of the cluster, this one's included. */
  ports: readonly number[];
}

export interface Nats extends RunningProcess {
  url: string;
  port: number;
  version: string;
}

/**
 * Starts a NATS server with JetStream on 127.0.0.1, and waits until JetStream answers. A server of a cluster
 * answers only when most of the others are up: start those at the same time.
 *
 * @throws when a port is taken, or the server does not come up; the message has the end of its log
 */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const { program, folder, port, log, monitorPort, cluster } = options;
  const version = await natsVersion(program);
  for (const each of [port, monitorPort, cluster?.port]) {
    if (each) await assertPortFree(each, 'the NATS server', 'Stop that program, or choose another port.');
  }
  await mkdir(folder, { recursive: true });
  const configuration = join(folder, 'nats.conf');
  await writeFile(configuration, natsConfiguration(options, version));

  const running = await launch({
    name: cluster?.name ?? 'nats',
    command: program,
    args: ['--config', configuration],
    log,
    guard: options.guard,
  });
  await untilReady(running, () => checkNats(port), 60_000).catch((error: unknown) => {
    running.kill();
    throw error;
  });
  return Object.assign(running, { url: `nats://127.0.0.1:${port}`, port, version });
}

/** Knows NATS 2.9: a server refuses to start with a setting that it does not know. */
export function natsConfiguration(options: NatsOptions, version: string): string {
  const { folder, port, monitorPort, durable, cluster } = options;
  const text = JSON.stringify;
  const lines = [
    `server_name: ${text(cluster?.name ?? 'frontrow')}`,
    `listen: "127.0.0.1:${port}"`,
    ...(monitorPort ? [`http: "127.0.0.1:${monitorPort}"`] : []),
    'jetstream {',
    `  store_dir: ${text(folder)}`,
    ...(durable && knowsSyncInterval(version) ? ['  sync_interval: always'] : []),
    '}',
  ];
  if (cluster) {
    const routes = cluster.ports.filter((other) => other !== cluster.port);
    lines.push(
      'cluster {',
      '  name: "frontrow"',
      '  no_advertise: true', // clients know all addresses, and some go by way of something else
      `  listen: "127.0.0.1:${cluster.port}"`,
      `  routes: [${routes.map((other) => text(`nats://127.0.0.1:${other}`)).join(', ')}]`,
      '}',
    );
  }
  return lines.join('\n') + '\n';
}

function knowsSyncInterval(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}

/** @throws while JetStream does not answer */
export async function checkNats(port: number): Promise<void> {
  const connection = await connect({
    servers: `127.0.0.1:${port}`,
    reconnect: false,
    timeout: 2_000,
    ignoreClusterUpdates: true, // this server is meant, not another one of the cluster
  });
  try {
    await (await connection.jetstreamManager({ timeout: 1_000 })).getAccountInfo();
  } finally {
    await connection.close();
  }
}
