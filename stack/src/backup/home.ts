import { existsSync } from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabases } from '../databases.ts';
import { databaseOf, databaseUrl, standardPorts } from '../layout.ts';
import type { Ports, Subgraph } from '../layout.ts';
import type { Guard } from '../processes/guard.ts';
import { claim, runningLayout } from '../running.ts';
import { readSecrets } from '../secrets.ts';
import { mysqlRootUrl } from '../servers/kept-servers.ts';
import { startMysql } from '../servers/mysql.ts';
import { freePorts } from '../servers/ports.ts';
import { findMysqld } from '../servers/programs.ts';
import { backup } from './backup.ts';
import type { Manifest } from './backup.ts';
import { readManifest, restore } from './restore.ts';
import { restoringFile } from './restoring.ts';

const secretsFile = 'secrets.json';

/**
 * Backs up the system that runs from this folder, including its secrets, because ids that were given out are only valid with
 * them.
 * @throws if no system runs there
 */
export async function backUpHome(home: string, folder: string): Promise<Manifest> {
  const layout = runningLayout(home);
  if (layout === undefined) throw new Error(notHere);
  const root = mysqlRootUrl(layout, readSecrets(home).mysql);
  const manifest = await backup(folder, {
    databaseUrl: (service: Subgraph) => `${root}/${databaseOf(service)}`,
  });
  await copyFile(join(home, secretsFile), join(folder, secretsFile));
  return manifest;
}

const notHere =
  'Frontrow does not run here: start it with `npm start`, or say where its databases are by DATABASE_URL_USERS, DATABASE_URL_QUEUE …';

/**
 * Makes a folder from which a system can be started (`FRONTROW_HOME=… npm start`) in the state of the backup. If it is cut off, no
 * system starts there until it has been repeated.
 * @param options.guard ends the server when this process is gone
 * @param options.signal ends the restore
 * @throws if the folder has data already, or there is no whole backup; then nothing was changed
 */
export async function restoreHome(
  home: string,
  folder: string,
  options: RestoreOptions = {},
): Promise<Manifest> {
  await readManifest(folder);
  if (!existsSync(join(folder, secretsFile)))
    throw new Error(`${folder} has no ${secretsFile}, so it is not a backup of what \`npm start\` ran.`);
  const [port = 0] = await freePorts(1);
  const ports = { ...standardPorts, mysql: port };
  const release = claim(home, { ports, replicas: 1, natsServers: 1 });
  try {
    if (existsSync(restoringFile(home))) await removeRestored(home);
    const there = ['mysql', 'nats', 'nats-cluster', secretsFile].filter((name) =>
      existsSync(join(home, name)),
    );
    if (there.length > 0)
      throw new Error(`${home} is not empty: it has ${there.join(', ')}. Nothing was changed.`);
    await writeFile(restoringFile(home), '');
    const manifest = await restoreOnServer(home, folder, ports, options);
    await rm(restoringFile(home));
    return manifest;
  } finally {
    release();
  }
}

export interface RestoreOptions {
  readonly durable?: boolean;
  readonly cache?: string;
  readonly guard?: Guard;
  readonly signal?: AbortSignal;
}

/** Removes what a restore that was cut off has left. */
async function removeRestored(home: string): Promise<void> {
  for (const name of ['mysql', 'mysql-tmp', secretsFile])
    await rm(join(home, name), { recursive: true, force: true });
}

async function restoreOnServer(
  home: string,
  folder: string,
  ports: Ports,
  { durable = true, cache, guard, signal }: RestoreOptions,
): Promise<Manifest> {
  await copyFile(join(folder, secretsFile), join(home, secretsFile));
  const secrets = readSecrets(home);
  const mysql = await startMysql({
    ...{ program: findMysqld(), folder: join(home, 'mysql'), port: ports.mysql, durable, cache, guard },
    log: join(home, 'logs', 'mysql.log'),
    password: secrets.mysql,
  });
  try {
    await createDatabases(mysql.url, secrets);
    signal?.throwIfAborted();
    const interrupted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
    const restoring = restore(folder, { databaseUrl: (service) => databaseUrl(service, ports, secrets) });
    return await Promise.race([restoring, interrupted]);
  } finally {
    await mysql.stop(60_000);
  }
}
