import { createConnection } from 'mysql2';
import type { Connection } from 'mysql2';
import { untilSettled } from '../world/settled.ts';
import { ask } from './ask.ts';
import { Database } from './database.ts';
import type { Row } from './database.ts';
import { Session } from './session.ts';
import type { Clockwork } from './session.ts';

/** Where a worker's MariaDB listens, which process it is, and on which processor it runs. */
export interface Address {
  readonly socketPath: string;
  readonly user: string;
  readonly pid: number;
  readonly processor: number;
}

/** A worker's own MariaDB. It executes one statement at a time, whenever the scheduler says so. */
export class Mysql {
  readonly #address: Pick<Address, 'socketPath' | 'user'>;
  readonly #clockwork: Clockwork;
  readonly #databases = new Map<string, Database>();
  readonly #connections: Connection[] = [];
  /** Sees the server as it was when the schedule began. */
  #keeper: Connection | undefined;

  constructor({ socketPath, user }: Address, clockwork: Clockwork) {
    this.#address = { socketPath, user };
    this.#clockwork = clockwork;
  }

  /** Makes the databases that do not exist. */
  async create(names: readonly string[]): Promise<void> {
    const keeper = (this.#keeper ??= this.#open());
    for (const name of names) {
      await ask(keeper, `CREATE DATABASE IF NOT EXISTS ${name}`);
      this.#databases.set(name, new Database(() => this.#open(name)));
    }
  }

  /** Learns which tables the migrations have made. From now on, no statement waits for a lock. */
  async survey(): Promise<void> {
    for (const database of this.#databases.values()) await database.survey();
  }

  connect(database: string): Session {
    return new Session(this.#database(database), this.#clockwork);
  }

  /**
   * Ends all sessions and empties all tables, so that the next schedule finds what the one before it found. What the server does
   * in the background must not matter either: it removes what was deleted at a time of its own choice, and until then an INSERT
   * may wait for such a row. So tables are made anew, and nothing is removed that the keeper might still want to see.
   */
  async empty(): Promise<void> {
    for (const database of this.#databases.values()) database.endSessions();
    await untilSettled();
    const keeper = this.#keeper as Connection;
    await ask(keeper, 'COMMIT');
    for (const database of this.#databases.values()) await database.empty();
    await ask(keeper, 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await ask(keeper, 'START TRANSACTION WITH CONSISTENT SNAPSHOT');
  }

  /**
   * Reads what has been committed to these tables of a database, or to all tables of all databases.
   * @returns the tables that have been written to since they were read
   */
  async look(database?: string, tables?: readonly string[]): Promise<ReadonlySet<string>> {
    if (database !== undefined) return this.#database(database).look(tables);
    for (const each of this.#databases.values()) await each.look();
    return new Set();
  }

  /**
   * The committed rows of a table, by primary key; BIGINT as numbers.
   * @throws if the table was written to after it was read, and nobody has looked
   */
  rows(database: string, table: string): readonly Row[] {
    return this.#database(database).rows(table);
  }

  /** Cuts all connections, before the server ends. */
  close(): void {
    for (const connection of this.#connections.splice(0)) connection.destroy();
  }

  #database(name: string): Database {
    const found = this.#databases.get(name);
    if (found === undefined) throw new Error(`there is no database ${name}`);
    return found;
  }

  #open(database?: string): Connection {
    const connection = createConnection({
      ...this.#address,
      ...(database === undefined ? {} : { database }),
      timezone: 'Z',
      supportBigNumbers: true,
      multipleStatements: true,
      charset: 'UTF8MB4_UNICODE_520_CI',
      trace: false,
    });
    // Without the connection the schedule cannot go on. That is a fault of neither the server nor the services, so the worker ends.
    connection.on('error', (error) => {
      throw error;
    });
    this.#connections.push(connection);
    return connection;
  }
}
