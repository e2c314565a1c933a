import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { rootFolder } from '@frontrow/stack/home';
import { standGuard } from '@frontrow/stack/processes/guard';
import { launch, untilReady } from '@frontrow/stack/processes/process';
import { startMysql } from '@frontrow/stack/servers/mysql';
import { freePorts } from '@frontrow/stack/servers/ports';
import { findMysqld } from '@frontrow/stack/servers/programs';
import { cacheFolder } from '@frontrow/stack/testing/cache-folder';
import { chargedPoints, seatPrice } from '../contestant.ts';
import type { Buyer, Contestant, Sale } from '../contestant.ts';
import { GraphqlClient } from '../graphql-client.ts';
import { DatabaseProbe } from '../measuring/database.ts';
import { auditMonolith } from './audit-monolith.ts';

/** How the peers take seats: by one conditional UPDATE, or by SELECT … FOR UPDATE first. */
const holds = { monolith: 'update', 'monolith-locking': 'lock' } as const;
export type Peer = keyof typeof holds;
export const peers = Object.keys(holds) as Peer[];

const folder = join(rootFolder, 'bench/peers/monolith');
const databaseName = 'monolith';
const rowsAtOnce = 1_000;
const tokenSeconds = 3 * 60 * 60;

/** @throws when a package that the peer needs is not there, saying how to install it */
export function assertInstalled(): void {
  const { resolve } = createRequire(join(folder, 'package.json'));
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    try {
      resolve(name);
    } catch {
      throw new Error(`The monolith needs ${name}: install it with \`npm install --prefix ${folder}\`.`);
    }
  }
}

/** Starts the monolith in bench/peers/monolith on a database server of its own, of the same settings as Frontrow's. */
export async function startMonolith(name: Peer = 'monolith', { durable = true } = {}): Promise<Contestant> {
  assertInstalled();
  const home = await mkdtemp(join(tmpdir(), 'frontrow-bench-'));
  const guard = standGuard(home);
  const [port = 0, mysqlPort = 0] = await freePorts(2);
  const mysql = await startMysql({
    program: findMysqld(),
    folder: join(home, 'mysql'),
    port: mysqlPort,
    log: join(home, 'mysql.log'),
    durable,
    cache: cacheFolder,
    guard,
  });
  const root = await createConnection({ uri: mysql.url, timezone: 'Z' });
  await root.query(`CREATE DATABASE ${databaseName}`);
  await root.query(`USE ${databaseName}`);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const server = await launch({
    name,
    command: process.execPath,
    args: [join(folder, 'server.mjs')],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: `${mysql.url}/${databaseName}`,
      PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }) as string,
      HOLD: holds[name],
    },
    log: join(home, 'server.log'),
    guard,
  });
  const url = `http://127.0.0.1:${port}/graphql`;
  const client = new GraphqlClient(url);
  await untilReady(server, () => client.ask('{ isUp }', {}), 20_000);
  const database = await DatabaseProbe.of(mysql.url);
  return {
    name,
    url,
    client,
    database,
    share: 4,
    pids: { server: server.pid, mysql: mysql.pid },
    openSale: (seats) => openSale(root, seats),
    accounts: (count) => Promise.resolve(Array.from({ length: count }, () => accessToken(privateKey))),
    buyers: (sale, count) => buyersOf(root, privateKey, sale, count),
    // It has answered `pay`.
    sold: () => Promise.resolve(performance.now()),
    rest: () => Promise.resolve(),
    audit: () => auditMonolith(root),
    stop: async () => {
      await Promise.all([client.close(), database.close(), root.end()]);
      await server.stop();
      await mysql.stop();
      await guard.dismiss();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function openSale(root: Connection, count: number): Promise<Sale> {
  const concertId = randomUUID();
  const scheduleId = randomUUID();
  await root.query('INSERT INTO concerts VALUES (?, NOW(3) - INTERVAL 1 MINUTE, 4)', [concertId]);
  await root.query('INSERT INTO schedules VALUES (?, ?, NOW(3) + INTERVAL 30 DAY)', [scheduleId, concertId]);
  const seatIds = Array.from({ length: count }, () => randomUUID());
  await insert(
    root,
    'seats',
    seatIds.map((id, index) => {
      const label = `R-${Math.floor(index / 100) + 1}-${(index % 100) + 1}`;
      return [id, scheduleId, label, seatPrice, 'AVAILABLE', null];
    }),
  );
  return { concertId, scheduleId, seatIds };
}

async function buyersOf(root: Connection, key: KeyObject, sale: Sale, count: number): Promise<Buyer[]> {
  const expiresAt = new Date(Date.now() + tokenSeconds * 1_000);
  const fans = Array.from({ length: count }, () => ({ userId: randomUUID(), ticketId: randomUUID() }));
  await insert(
    root,
    'tickets',
    fans.map(({ userId, ticketId }) => [ticketId, sale.concertId, userId, 'ADMITTED', expiresAt]),
  );
  await insert(
    root,
    'wallets',
    fans.map(({ userId }) => [userId, chargedPoints]),
  );
  return fans.map(({ userId, ticketId }) => ({
    token: accessToken(key, userId),
    pass: jwt(key, { sub: userId, concert: sale.concertId, jti: ticketId }),
  }));
}

async function insert(root: Connection, table: string, rows: readonly unknown[][]): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    await root.query(`INSERT INTO ${table} VALUES ?`, [rows.slice(start, start + rowsAtOnce)]);
  }
}

const accessToken = (key: KeyObject, userId: string = randomUUID()) =>
  jwt(key, { sub: userId, role: 'FAN', sid: randomUUID() });

/** A JWT (RFC 7519) signed with Ed25519. */
function jwt(key: KeyObject, claims: object): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part({ ...claims, iat: now, exp: now + tokenSeconds })}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}
