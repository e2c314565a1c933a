import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { standGuard } from '@frontrow/stack/processes/guard';
import { startMysql } from '@frontrow/stack/servers/mysql';
import { freePorts } from '@frontrow/stack/servers/ports';
import { findMysqld } from '@frontrow/stack/servers/programs';
import { cacheFolder } from '@frontrow/stack/testing/cache-folder';
import { chargedPoints, seatPrice } from '../contestant.ts';
import type { AdmittedFan, Contestant, Sale } from '../contestant.ts';
import { DatabaseProbe } from '../measuring/database.ts';
import { auditMonolith } from './audit-monolith.ts';
import { startPeer } from './peer-process.ts';
import { TokenSigner } from './tokens.ts';

/** How each variant takes seats: with one conditional UPDATE, or after SELECT … FOR UPDATE. */
const holds = { monolith: 'update', 'monolith-locking': 'lock' } as const;

const databaseName = 'monolith';
const rowsAtOnce = 1_000;
const admittedForMs = 2 * 60 * 60_000;

/** Starts the monolith in bench/peers/monolith on a database server of its own, with the same settings as Frontrow's. */
export async function startMonolith(name: keyof typeof holds, { durable = true } = {}): Promise<Contestant> {
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
  const signer = new TokenSigner();
  const { server, url, client } = await startPeer({
    folder: 'monolith',
    port,
    home,
    environment: {
      DATABASE_URL: `${mysql.url}/${databaseName}`,
      PUBLIC_KEY: signer.publicKey,
      HOLD: holds[name],
    },
    guard,
  });
  const database = await DatabaseProbe.of(mysql.url);
  return {
    name,
    version: '0.1.0',
    reservationsBefore: 0,
    urls: [url],
    client,
    database,
    share: 4,
    pids: { server: server.pid, mysql: mysql.pid },
    generators: [],
    openSale: (seats) => openSale(root, seats),
    letIn: () => Promise.reject(new Error('It has no waiting room.')),
    accounts: (count) => Promise.resolve(Array.from({ length: count }, () => signer.accessToken())),
    admittedFans: (sale, count) => admittedFansOf(root, signer, sale, count),
    // When `pay` is answered, the seats are sold already.
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

async function admittedFansOf(
  root: Connection,
  signer: TokenSigner,
  sale: Sale,
  count: number,
): Promise<AdmittedFan[]> {
  const expiresAt = new Date(Date.now() + admittedForMs);
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
    token: signer.accessToken(userId),
    pass: signer.sign({ sub: userId, concert: sale.concertId, jti: ticketId }),
  }));
}

async function insert(root: Connection, table: string, rows: readonly unknown[][]): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    await root.query(`INSERT INTO ${table} VALUES ?`, [rows.slice(start, start + rowsAtOnce)]);
  }
}
