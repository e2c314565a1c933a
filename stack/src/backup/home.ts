import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabases } from '../databases.ts';
import { databaseOf, databaseUrl, standardPorts } from '../layout.ts';
import type { Subgraph } from '../layout.ts';
import { runningLayout } from '../running.ts';
import { readSecrets } from '../secrets.ts';
import { mysqlRootUrl } from '../servers/kept-servers.ts';
import { startMysql } from '../servers/mysql.ts';
import { freePorts } from '../servers/ports.ts';
import { findMysqld } from '../servers/programs.ts';
import { backup } from './backup.ts';
import type { Manifest } from './backup.ts';
import { restore } from './restore.ts';

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
 * Makes a folder from which a system can be started (`FRONTROW_HOME=… npm start`) in the state of the backup.
 * @throws if the folder has data already; then nothing was changed
 */
export async function restoreHome(
  home: string,
  folder: string,
  { durable = true, cache }: { readonly durable?: boolean; readonly cache?: string } = {},
): Promise<Manifest> {
  const there = ['mysql', 'nats', 'nats-cluster', secretsFile].filter((name) => existsSync(join(home, name)));
  if (there.length > 0)
    throw new Error(`${home} is not empty: it has ${there.join(', ')}. Nothing was changed.`);
  if (!existsSync(join(folder, secretsFile)))
    throw new Error(`${folder} has no ${secretsFile}, so it is not a backup of what \`npm start\` ran.`);
  await mkdir(home, { recursive: true });
  await copyFile(join(folder, secretsFile), join(home, secretsFile));
  const secrets = readSecrets(home);
  const [port = 0] = await freePorts(1);
  const mysql = await startMysql({
    ...{ program: findMysqld(), folder: join(home, 'mysql'), port, durable, cache },
    log: join(home, 'logs', 'mysql.log'),
    password: secrets.mysql,
  });
  try {
    await createDatabases(mysql.url, secrets);
    const ports = { ...standardPorts, mysql: port };
    return await restore(folder, { databaseUrl: (service) => databaseUrl(service, ports, secrets) });
  } finally {
    await mysql.stop(60_000);
  }
}
