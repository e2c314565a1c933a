import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { standGuard } from '../../../stack/src/processes/guard.ts';
import type { Guard } from '../../../stack/src/processes/guard.ts';
import { startMysql } from '../../../stack/src/servers/mysql.ts';
import { freePorts } from '../../../stack/src/servers/ports.ts';
import { findMariadb } from '../../../stack/src/servers/programs.ts';
import { cacheFolder } from '../../../stack/src/testing/cache-folder.ts';
import { keepProcess } from '../pin.ts';
import type { Address } from './server.ts';

/** Linux keeps this in memory. Nothing here is worth a disk. */
const memory = '/dev/shm';

/**
 * Plans follow from the tables alone, not from when the server counted their rows. Nothing needs to survive the server, which no
 * schedule kills. Tables that share a file are truncated sooner.
 */
const settings = [
  'innodb_stats_auto_recalc = OFF',
  'table_definition_cache = 2000',
  'innodb_flush_log_at_trx_commit = 0',
  'innodb_file_per_table = OFF',
].map((setting) => `SET GLOBAL ${setting}`);

let guard: Promise<{ readonly guard: Guard; readonly folder: string }> | undefined;
let started = 0;
type Server = Omit<Address, 'processor'>;
const idle: Server[] = [];
/** How many workers each processor has. */
const workers = Array.from({ length: availableParallelism() }, () => 0);

/**
 * Takes a server that no other worker has, or starts one. Two workers never share a server, because what it does in the background for
 * one schedule would matter to the other.
 * @throws if there is no MariaDB: MySQL waits at least 1 s for a lock
 */
export async function takeServer(): Promise<Address> {
  const server = idle.pop() ?? (await start(started++));
  const processor = workers.indexOf(Math.min(...workers));
  workers[processor] = (workers[processor] ?? 0) + 1;
  keepProcess(server.pid, processor);
  return { ...server, processor };
}

/** For the next worker. */
export function giveBackServer({ processor, ...server }: Address): void {
  workers[processor] = (workers[processor] ?? 1) - 1;
  idle.push(server);
}

export async function stopServers(): Promise<void> {
  const standing = await guard;
  guard = undefined;
  idle.length = 0;
  standing?.guard.kill();
  await standing?.guard.dismiss();
}

async function start(number: number): Promise<Server> {
  const program = findMariadb();
  if (program === undefined)
    throw new Error('The simulation needs MariaDB: `node stack/setup.mjs --for-tests` installs it.');
  guard ??= stand();
  const { folder, guard: watching } = await guard;
  const [port = 0] = await freePorts(1);
  // A statement through a port takes twice as long.
  const socket = join(folder, `${number}.sock`);
  const { pid } = await startMysql({
    program,
    folder: join(folder, `mariadb-${number}`),
    log: join(folder, `mariadb-${number}.log`),
    durable: false,
    cache: cacheFolder,
    guard: watching,
    port,
    socket,
  });
  const connection = await createConnection({ socketPath: socket, user: 'root' });
  for (const setting of settings) await connection.query(setting);
  await connection.end();
  return { socketPath: socket, user: 'root', pid };
}

async function stand() {
  const folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'frontrow-simulation-'));
  return { folder, guard: standGuard(folder) };
}
