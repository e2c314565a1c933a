import { setTimeout as pause } from 'node:timers/promises';
import { tls } from '@frontrow/kit/database';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { subgraphs } from '../layout.ts';
import type { Subgraph } from '../layout.ts';

export interface Addresses {
  /** `mysql://user:password@host:port/database`, with an account that has SELECT there and RELOAD on the server. */
  readonly databaseUrl: (service: Subgraph) => string;
  /** Certificates (PEM), one of which must have signed those of the servers. If they are given, all connections use TLS. */
  readonly ca?: string | undefined;
}

/** All databases as they were at one moment. */
export interface Moment {
  readonly at: Date;
  /** How long commits had to wait at most, in ms: from the request for the first lock until the release of the last. */
  readonly commitsWaitedMs: number;
  /** Connections in transactions that see their databases as they were at that moment, whatever is committed later. */
  readonly readers: Readonly<Record<Subgraph, Connection>>;
  close(): Promise<void>;
}

const attempts = 10;

/**
 * Stops all commits for a few milliseconds, on however many servers there are, and begins to read each database as it is then.
 *
 * An event is handled only after its producer has committed it. While nobody can commit anywhere, no database can contain the
 * effect of an event that is in no outbox, so no consumer is ahead of its producer. If a consumer is behind, the producer's
 * outbox publishes what it misses again.
 *
 * @throws if that did not succeed in ten attempts, for example because a server runs a statement for longer than a second
 */
export async function freezeAMoment(addresses: Addresses): Promise<Moment> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToFreeze(addresses);
    } catch (error) {
      if (attempt === attempts || (error as { errno?: number }).errno !== lockWaitTimeout) throw error;
      await pause(1_000 * (1 + Math.random()));
    }
  }
}
const lockWaitTimeout = 1205;

async function tryToFreeze({ databaseUrl, ca }: Addresses): Promise<Moment> {
  const opened: Connection[] = [];
  const close = async () => {
    await Promise.all(opened.map((connection) => connection.end().catch(() => undefined)));
  };
  const open = async (uri: string, ...preparations: string[]) => {
    const connection = await createConnection({ uri, ...tls({ ca }), connectTimeout: 10_000 });
    connection.on('error', () => undefined); // its next statement fails, and says why
    opened.push(connection);
    for (const sql of preparations) await connection.query(sql);
    return connection;
  };
  try {
    const readers = Object.fromEntries(
      await Promise.all(
        subgraphs.map(async (service) => [service, await open(databaseUrl(service), ...reading)] as const),
      ),
    ) as Record<Subgraph, Connection>;
    const lockers = await Promise.all(oneOfEachServer(databaseUrl).map((url) => open(url, ...locking)));
    const askedAt = performance.now();
    await Promise.all(lockers.map((locker) => locker.query('FLUSH TABLES WITH READ LOCK')));
    await Promise.all(
      Object.values(readers).map((reader) => reader.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')),
    );
    const at = new Date();
    // Each server answers, so it has kept its lock until now. A server that had lost the connection would have released its lock.
    await Promise.all(lockers.map((locker) => locker.query('UNLOCK TABLES')));
    return { at, commitsWaitedMs: performance.now() - askedAt, readers, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const reading = [
  // Only at this level does a transaction have one view from its beginning to its end.
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  // A disk that is slow to write the backup must not end the connection.
  "SET SESSION net_write_timeout = 3600, time_zone = '+00:00'",
];

const locking = [
  // A statement that runs for longer is not waited for, because all other commits would wait behind the lock.
  'SET SESSION lock_wait_timeout = 1',
  // If this process stops while it has the locks, the server releases them.
  'SET SESSION wait_timeout = 5',
];

function oneOfEachServer(databaseUrl: Addresses['databaseUrl']): string[] {
  const servers = new Map(
    subgraphs.map((service) => [new URL(databaseUrl(service)).host, databaseUrl(service)]),
  );
  return [...servers.values()];
}
