import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import type { EntityManager, EntitySchema, MigrationInterface } from 'typeorm';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './log.ts';

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/database` */
  readonly url: string;
  /** Certificates (PEM), one of which must have signed the server's. If they are given, the connection must use TLS. */
  readonly ca?: string | undefined;
  readonly connections: number;
  readonly entities: EntitySchema[];
  /** In the order in which they run. */
  readonly migrations: (new () => MigrationInterface)[];
  /** Whether pending migrations are run now (the default), or are a reason not to open the database. */
  readonly pending?: 'run' | 'refuse';
  readonly log: Logger;
}

/** Connects to a service's own database, waits for it if necessary, and brings its tables up to date. */
export function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  return untilItAnswers(options.log, () => openNow(options));
}

/**
 * Does what a process needs from its database before it can begin, however long that takes. Requests give up sooner, but at start
 * nobody waits, and a process that exits would only be started again. `work` may run several times.
 */
export async function untilItAnswers<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (attempt === 1) log.warn({ reason: messageOf(error) }, 'waiting for the database');
      await pause(Math.min(100 * attempt, 2_000));
    }
  }
}

async function openNow(options: DatabaseOptions): Promise<DataSource> {
  const flavour = await flavourOf(options);
  const database = new DataSource({
    type: flavour,
    url: options.url,
    ...tls(options),
    poolSize: options.connections,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTransactionMode: 'each',
    charset: 'UTF8MB4_UNICODE_520_CI',
    timezone: 'Z',
    supportBigNumbers: true,
    connectTimeout: 3_000,
    // Recording a stack for each statement costs a third of the client's time. The error says which statement it was.
    trace: false,
    maxQueryExecutionTime: 1_000,
    logger: {
      logQuery: () => undefined,
      logQueryError: () => undefined, // the caller decides whether an error is one
      logQuerySlow: (ms, query) => options.log.warn({ ms, query: query.slice(0, 300) }, 'slow query'),
      logSchemaBuild: () => undefined,
      logMigration: (message) => options.log.debug(message),
      log: (_level, message) => options.log.debug({ message }, 'typeorm'),
    },
  });
  await database.initialize();
  prepareSessions(database, flavour);
  try {
    await (options.pending === 'refuse' ? refusePending(database) : migrate(database));
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

type Flavour = 'mysql' | 'mariadb';

/** The part of mysql2's pool, which TypeORM keeps, that is used here. */
interface Pool {
  on(event: 'acquire', listener: (connection: PooledConnection) => void): void;
}
interface PooledConnection {
  promise(): object;
  query(sql: string, callback: (error: unknown) => void): void;
  destroy(): void;
}

/**
 * What each connection is given once, before it is used: first its settings, because TypeORM would set the isolation level before each transaction.
 * A transaction that waits for a lock in vain starts again after 3 s; the server's own limit is 50 s. A transaction that is idle
 * for 8 s loses its locks, because its connection may have been cut without the server's knowledge. MariaDB can do that, MySQL cannot.
 */
function prepareSessions(database: DataSource, flavour: Flavour): void {
  const sql = {
    mysql: `SET SESSION innodb_lock_wait_timeout = 3, transaction_isolation = 'READ-COMMITTED'`,
    mariadb: `SET SESSION innodb_lock_wait_timeout = 3, tx_isolation = 'READ-COMMITTED', idle_transaction_timeout = 8`,
  }[flavour];
  const prepared = new WeakSet<PooledConnection>();
  const { pool } = database.driver as unknown as { pool: Pool };
  pool.on('acquire', (connection) => {
    if (prepared.has(connection)) return;
    prepared.add(connection);
    // TypeORM asks for this before each statement, and mysql2 would make a new one each time.
    const promising = connection.promise();
    connection.promise = () => promising;
    connection.query(sql, (error) => {
      // Later statements on this connection must not run at another isolation level.
      if (error !== null) connection.destroy();
    });
  });
}

/** TypeORM must know whether the server is MySQL or MariaDB, because they differ; so the server is asked. */
async function flavourOf(options: DatabaseOptions): Promise<Flavour> {
  const connection = await createConnection({ uri: options.url, ...tls(options) });
  // A connection that is lost between two commands reports it to nobody else; the next command fails anyway.
  connection.on('error', () => undefined);
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version');
    return JSON.stringify(rows).includes('MariaDB') ? 'mariadb' : 'mysql';
  } finally {
    connection.destroy();
  }
}

export const tls = ({ ca }: Pick<DatabaseOptions, 'ca'>) =>
  ca === undefined ? {} : { ssl: { ca, verifyIdentity: true } };

// When replicas start at the same moment, one migrates; the others wait for it and find nothing left to do.
async function migrate(database: DataSource): Promise<void> {
  const runner = database.createQueryRunner();
  const lock = `SHA2(CONCAT('migrations of ', DATABASE()), 224)`;
  try {
    const [row] = (await runner.query(`SELECT GET_LOCK(${lock}, 120) AS locked`)) as { locked: unknown }[];
    if (Number(row?.locked) !== 1) throw new Error('another process has been migrating for 2 minutes');
    await database.runMigrations();
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(${lock})`).catch(() => undefined);
    await runner.release();
  }
}

/** Tables of a later release are fine: replicas of the older release go on while the new one is rolled out. */
async function refusePending(database: DataSource): Promise<void> {
  if (!(await database.showMigrations())) return;
  throw new Error('the tables are of an earlier release: run its migrations first (MIGRATIONS=only)');
}

export interface RetryOptions {
  /**
   * How long transient failures are tried again, in ms. The default of 15 s is for a database that answers, and has deadlocks in a rush. A
   * database that does not answer is not waited for, unless this is Infinity: see database-watch.ts.
   */
  readonly retryForMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` in one transaction. After a deadlock, a lock wait timeout, a stale snapshot or a lost connection, all of it
 * runs again on another connection, so `work` must not have effects outside the transaction. When the
 * connection breaks during COMMIT, nobody knows whether it was carried out. So `work` must recognise, when it runs again, what it has
 * done already (by an idempotency key, an inbox row, or the state that it finds).
 */
export const transaction = <T>(
  database: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  options?: RetryOptions,
): Promise<T> => withPatience(database, () => database.transaction(work), options);

/** Runs one statement, which commits by itself, with the same patience: it may run again after it was carried out. */
export const statement = <T>(
  database: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  options?: RetryOptions,
): Promise<T> => withPatience(database, () => work(database.manager), options);

async function withPatience<T>(
  database: DataSource,
  attemptOnce: () => Promise<T>,
  { retryForMs = 15_000, signal }: RetryOptions = {},
): Promise<T> {
  const giveUpAt = performance.now() + retryForMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce();
    } catch (error) {
      const isOver =
        performance.now() > giveUpAt || (retryForMs !== Infinity && silentDatabases.has(database));
      // The first attempt may leave out what the second one looks up, so it is followed by one, however long it took.
      const isUnfinished = attempt === 1 && error instanceof FoundChanged;
      if (!isTransient(error) || signal?.aborted === true || (isOver && !isUnfinished)) throw error;
      await pause(Math.random() * Math.min(20 * 2 ** attempt, 1_000));
    }
  }
}

/** Databases that did not answer lately (see database-watch.ts); another attempt would only make somebody wait. */
export const silentDatabases = new WeakSet<DataSource>();

/** Thrown by the `work` of a transaction when what it found has changed: all of it must run again, and does so once in any case. */
export class FoundChanged extends Error {}

const transientNumbers = new Set([
  1213, // deadlock
  1205, // lock wait timeout
  1290, // the server has become read-only, as a primary that was demoted does
  1792, // the same, within a read-only transaction
  1836, // the same (MySQL)
  1020, // the row changed since it was read (snapshot isolation)
  1040, // too many connections
  1203, // too many connections of this account
  1053, // server shutdown in progress
  1077, // normal shutdown
  1152, // the server ended the connection
  1158, // network: packet could not be read
  1159, // network: reading timed out
  1160, // network: packet could not be written
  1161, // network: writing timed out
  1184, // the server ended a connection that was being made
  1317, // query interrupted
  1927, // connection was killed (MariaDB)
  3169, // session was killed (MySQL)
  4031, // disconnected after a time without traffic
]);
const transientCodes =
  /^(PROTOCOL_CONNECTION_LOST|PROTOCOL_SEQUENCE_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ERR_STREAM_DESTROYED)$/;

/** Whether the same transaction may succeed when it is tried again. */
export function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof FoundChanged) return true;
  const { errno, code, message } = error as { errno?: number; code?: string; message?: string };
  return (
    (errno !== undefined && transientNumbers.has(errno)) ||
    (code !== undefined && transientCodes.test(code)) ||
    /connection is in closed state|Connection lost|Pool is closed/.test(message ?? '')
  );
}

/** Whether an INSERT met a row with the same key. */
export const isDuplicate = (error: unknown): boolean => (error as { errno?: number } | null)?.errno === 1062;

/** How many rows an INSERT, UPDATE or DELETE through `manager.query` touched; for UPDATE: matched. */
export const affectedRows = (result: unknown): number => (result as { affectedRows: number }).affectedRows;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
