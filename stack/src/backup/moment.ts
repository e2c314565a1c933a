import { setTimeout as pause } from 'node:timers/promises';
import { tls } from '@frontrow/kit/database';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { subgraphs } from '../layout.ts';
import type { Subgraph } from '../layout.ts';

export interface Addresses {
  /** `mysql://user:password@host:port/database`, of an account that may SELECT there and RELOAD the server. */
  readonly databaseUrl: (service: Subgraph) => string;
  /** The certificates (PEM) of which one must have signed the servers'. With them, nothing is said without TLS. */
  readonly ca?: string | undefined;
}

/** All databases as they were at one moment. */
export interface Moment {
  readonly at: Date;
  /** How long commits had to wait at the most, in ms: from the first lock that was asked for until the last one was given back. */
  readonly commitsWaitedMs: number;
  /** In a transaction that sees its database as it was then, whatever is committed meanwhile. */
  readonly readers: Readonly<Record<Subgraph, Connection>>;
  close(): Promise<void>;
}

const attempts = 10;

/**
 * Holds all databases still for some milliseconds, on however many servers they are, and begins to read each of them as it is then.
 *
 * Whoever handles an event does so after its producer committed it. While nobody can commit anywhere, no database can have the effect of an
 * event that is in no outbox: no consumer is ahead of its producer. What a consumer is behind, its producer's outbox tells again.
 *
 * @throws when that did not succeed ten times, because some server runs a statement for longer than a second, say
 */
export async function holdAMoment(addresses: Addresses): Promise<Moment> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToHold(addresses);
    } catch (error) {
      if (attempt === attempts || (error as { errno?: number }).errno !== lockWaitTimeout) throw error;
      await pause(1_000 * (1 + Math.random()));
    }
  }
}
const lockWaitTimeout = 1205;

async function tryToHold({ databaseUrl, ca }: Addresses): Promise<Moment> {
  const opened: Connection[] = [];
  const close = async () => {
    await Promise.all(opened.map((connection) => connection.end().catch(() => undefined)));
  };
  const open = async (uri: string, ...preparations: string[]) => {
    const connection = await createConnection({ uri, ...tls({ ca }), connectTimeout: 10_000 });
    connection.on('error', () => undefined); // its next statement fails, which says it all
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
    const holders = await Promise.all(oneOfEachServer(databaseUrl).map((url) => open(url, ...holding)));
    const askedAt = performance.now();
    await Promise.all(holders.map((holder) => holder.query('FLUSH TABLES WITH READ LOCK')));
    await Promise.all(
      Object.values(readers).map((reader) => reader.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')),
    );
    const at = new Date();
    // Each answers, so each has held its lock until now: a server that had lost the connection would have let commits through.
    await Promise.all(holders.map((holder) => holder.query('UNLOCK TABLES')));
    return { at, commitsWaitedMs: performance.now() - askedAt, readers, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const reading = [
  // Only there has a transaction one view from its beginning to its end.
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  // A disk that is slow to take the backup must not end it.
  "SET SESSION net_write_timeout = 3600, time_zone = '+00:00'",
];

const holding = [
  // A statement that runs for longer than that is not waited for, since everybody else's commits would wait behind it.
  'SET SESSION lock_wait_timeout = 1',
  // Should this process stand still with the locks in its hand, the server takes them back.
  'SET SESSION wait_timeout = 5',
];

function oneOfEachServer(databaseUrl: Addresses['databaseUrl']): string[] {
  const servers = new Map(
    subgraphs.map((service) => [new URL(databaseUrl(service)).host, databaseUrl(service)]),
  );
  return [...servers.values()];
}
