import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { standGuard } from '../../../stack/src/processes/guard.ts';
import type { Guard } from '../../../stack/src/processes/guard.ts';
import { startMysql } from '../../../stack/src/servers/mysql.ts';
import { freePorts } from '../../../stack/src/servers/ports.ts';
import { findMariadb } from '../../../stack/src/servers/programs.ts';
import { cacheFolder } from '../../../stack/src/testing/cache-folder.ts';
import type { Address } from './server.ts';

/** Linux keeps this in memory. Nothing here is worth a disk. */
const memory = '/dev/shm';

/** Plans follow from the tables alone, not from when the server counted their rows. */
const settings = [
  'innodb_stats_auto_recalc = OFF',
  'table_definition_cache = 2000',
  'innodb_flush_log_at_trx_commit = 0',
].map((setting) => `SET GLOBAL ${setting}`);

let guard: Promise<{ readonly guard: Guard; readonly folder: string }> | undefined;
const servers = new Map<number, Promise<Address>>();

/**
 * The server of this worker, which is started when it is first asked for: what a server does in the background for one schedule
 * would matter to another.
 * @throws if there is no MariaDB: MySQL waits at least 1 s for a lock
 */
export function serverOf(worker: number): Promise<Address> {
  const server = servers.get(worker) ?? start(worker);
  servers.set(worker, server);
  return server;
}

export async function stopServers(): Promise<void> {
  const standing = guard;
  guard = undefined;
  servers.clear();
  (await standing)?.guard.kill();
  await (await standing)?.guard.dismiss();
}

async function start(worker: number): Promise<Address> {
  guard ??= stand();
  const { folder, guard: watching } = await guard;
  const [port = 0] = await freePorts(1);
  // A statement through a port takes twice as long.
  const socket = join(folder, `${worker}.sock`);
  await startMysql({
    program: findMariadb(),
    folder: join(folder, `mariadb-${worker}`),
    log: join(folder, `mariadb-${worker}.log`),
    durable: false,
    cache: cacheFolder,
    guard: watching,
    port,
    socket,
  });
  const address = { socketPath: socket, user: 'root' };
  const connection = await createConnection(address);
  for (const setting of settings) await connection.query(setting);
  await connection.end();
  return address;
}

async function stand() {
  const folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'frontrow-simulation-'));
  return { folder, guard: standGuard(folder) };
}
