import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import { silentDatabases, tls } from './database.ts';
import type { Logger } from './log.ts';

/** How often the database is asked for a sign of life, in ms. */
const pingEveryMs = 500;
/** How long the answer may take, in ms. With the interval above, a request waits at most 2.5 s for a silent database. */
const answerWithinMs = 2_000;

/** The settings that say where a service's database is. */
interface DatabaseAddress {
  readonly DATABASE_URL: string;
  readonly DATABASE_CA_FILE?: string | undefined;
}

/** What a process knows about its own database at this moment. */
export interface DatabaseWatch {
  /** False from the moment when it did not answer in time until it answers again. */
  readonly isWell: boolean;
  /** For `/readyz`: rejects while the database does not answer. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Keeps a connection of its own to the database and asks it for signs of life. When they do not come, it ends every statement
 * in progress. Otherwise a connection that was cut silently would let the statement wait for a quarter of an hour, and with it
 * the request, the transaction and the place in the pool. A statement that merely takes long is left alone, because the
 * database still answers beside it.
 */
export function watchDatabase(database: DataSource, address: DatabaseAddress, log: Logger): DatabaseWatch {
  const inUse = new Set<PooledConnection>();
  const { pool } = database.driver as unknown as { pool: Pool };
  let isWell = true;
  pool.on('acquire', (connection) => {
    inUse.add(connection);
    // A connection was taken from a pool whose other end does not answer; waiting for it would be in vain.
    if (!isWell) end(connection);
  });
  pool.on('release', (connection) => inUse.delete(connection));

  const stopping = new AbortController();
  const life = new LifeSigns(address);
  async function look(): Promise<void> {
    // mysql2 does not report the release of a connection that broke while it was in use.
    for (const each of inUse) if (each.stream.destroyed) inUse.delete(each);
    const failure = await life.missing(stopping.signal);
    if (stopping.signal.aborted || (failure === undefined) === isWell) return;
    isWell = failure === undefined;
    if (isWell) {
      silentDatabases.delete(database);
      log.info('the database answers again');
      return;
    }
    silentDatabases.add(database);
    log.warn({ reason: failure }, 'the database does not answer');
    for (const each of inUse) end(each);
    inUse.clear();
  }
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await pause(pingEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    life.forget();
  })();
  return {
    get isWell() {
      return isWell;
    },
    check: () => (isWell ? Promise.resolve() : Promise.reject(new Error('the database does not answer'))),
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** A connection that is asked for signs of life, and replaced when they do not come. */
class LifeSigns {
  readonly #address: DatabaseAddress;
  #connecting: Promise<Connection> | undefined;

  constructor(address: DatabaseAddress) {
    this.#address = address;
  }

  /** @returns why there was no sign of life; undefined when there was one */
  async missing(signal: AbortSignal): Promise<string | undefined> {
    const failure = await Promise.race([this.#ask(), tooLate(signal)]).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (failure !== undefined) this.forget();
    return failure;
  }

  forget(): void {
    this.#connecting?.then((connection) => {
      connection.destroy();
    }, ignore);
    this.#connecting = undefined;
  }

  async #ask(): Promise<undefined> {
    this.#connecting ??= connect(this.#address);
    // Answered by the thread that executes this connection's statements, and cheaper than any of them.
    await (await this.#connecting).ping();
  }
}

const ignore = () => undefined;

async function connect({ DATABASE_URL: uri, DATABASE_CA_FILE: ca }: DatabaseAddress): Promise<Connection> {
  const connection = await createConnection({ uri, ...tls({ ca }), connectTimeout: answerWithinMs });
  connection.on('error', ignore); // the next question fails, which says it all
  return connection;
}

async function tooLate(signal: AbortSignal): Promise<string> {
  await pause(answerWithinMs, undefined, { signal }).catch(ignore);
  // The answer may have come while this process was busy; then it is read before this continues.
  await pause(20, undefined, { signal }).catch(ignore);
  return `no answer in ${answerWithinMs} ms`;
}

/** The part of mysql2's pool, which TypeORM keeps, that is used here. */
interface Pool {
  on(event: 'acquire' | 'release', listener: (connection: PooledConnection) => void): void;
}
interface PooledConnection {
  readonly stream: Socket;
}

/** Ends the connection as if the network had reported it lost. `connection.destroy()` would leave its callers without an answer. */
const end = ({ stream }: PooledConnection): void => void stream.destroy();
