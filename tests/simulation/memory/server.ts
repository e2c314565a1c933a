import { parse } from './parser.ts';
import { compileStatement, selectWithin } from './statements.ts';
import type { Affected, Compiled } from './statements.ts';
import { MustWait, SqlError, Transaction } from './tables.ts';
import type { Row, Table, Waiting } from './tables.ts';

/**
 * The part of MySQL that the services use, in memory: READ COMMITTED with row locks, waits and deadlocks as InnoDB has them, and errors by its
 * numbers. Nothing happens but in statements, so that who calls decides on every order of events.
 */
export interface MemoryConnection {
  readonly id: number;
  /**
   * @returns rows, or how many were affected, as mysql2 gives them
   * @throws SqlError
   */
  query(sql: string, params?: readonly unknown[]): Promise<unknown>;
  /** The client is gone: what it did not commit is undone. What it waited for never comes. */
  kill(): void;
}

export interface ServerOptions {
  /** Called before each statement; it is executed when that resolves. */
  readonly turn?: (connection: MemoryConnection, sql: string) => Promise<void>;
  readonly now?: () => Date;
}

interface Database {
  readonly tables: Map<string, Table>;
  /** Shared with all copies: the tables' definitions are the same. */
  readonly compiled: Map<string, Compiled>;
}

export class MemoryMysql {
  readonly #databases = new Map<string, Database>();
  readonly #turn: ServerOptions['turn'];
  readonly #now: () => Date;
  readonly #waiting: Waiting[] = [];
  #connections = 0;

  constructor({ turn, now = () => new Date() }: ServerOptions = {}) {
    this.#turn = turn;
    this.#now = now;
  }

  /** A server with the same tables, all of them empty. */
  emptyCopy(options: ServerOptions): MemoryMysql {
    const copy = new MemoryMysql(options);
    for (const [name, { tables, compiled }] of this.#databases) {
      const empty = [...tables].map(([table, one]) => [table, one.emptyCopy()] as const);
      copy.#databases.set(name, { tables: new Map(empty), compiled });
    }
    return copy;
  }

  /** The rows of a table as they are committed. */
  rows(database: string, table: string): Row[] {
    const entries = this.#databases.get(database)?.tables.get(table)?.entries;
    if (entries === undefined) throw new Error(`there is no table ${database}.${table}`);
    return entries.flatMap(({ committed }) => (committed === null ? [] : [committed]));
  }

  connect(name: string): MemoryConnection {
    const database = this.#databases.get(name) ?? {
      tables: new Map<string, Table>(),
      compiled: new Map<string, Compiled>(),
    };
    this.#databases.set(name, database);
    const session = new Session(++this.#connections, database, this.#waiting, this.#now);
    const connection: MemoryConnection = {
      id: session.id,
      query: async (sql, params = []) => {
        await this.#turn?.(connection, sql);
        return session.execute(sql, params);
      },
      kill: () => {
        session.kill();
      },
    };
    return connection;
  }
}

/** What the services' framework asks a server about itself. */
const aboutItself: readonly [RegExp, (database: Database) => Row[]][] = [
  [/^SELECT VERSION\(\)/i, () => [{ version: '8.4.0' }]],
  [/^SELECT DATABASE\(\)/, () => [{ db_name: 'memory' }]],
  // Asked by migrations about what they are going to make.
  [/INFORMATION_SCHEMA/i, () => []],
];

class Session {
  readonly id: number;
  readonly #database: Database;
  readonly #waiting: Waiting[];
  readonly #now: () => Date;
  #transaction: Transaction | undefined;
  readonly #savepoints = new Map<string, number>();
  #isKilled = false;

  constructor(id: number, database: Database, waiting: Waiting[], now: () => Date) {
    this.id = id;
    this.#database = database;
    this.#waiting = waiting;
    this.#now = now;
  }

  kill(): void {
    this.#isKilled = true;
    this.#transaction?.rollback();
    this.#transaction = undefined;
  }

  async execute(sql: string, params: readonly unknown[]): Promise<readonly Row[] | Affected> {
    const [, answer] = aboutItself.find(([question]) => question.test(sql)) ?? [];
    if (answer !== undefined) return answer(this.#database);
    if (this.#control(sql)) return { affectedRows: 0, insertId: 0 };
    const transaction = this.#transaction ?? new Transaction(this.#waiting);
    const result = await this.#run(sql, params, transaction);
    if (transaction !== this.#transaction) transaction.commit();
    return result;
  }

  #control(sql: string): boolean {
    const savepoint = /^(ROLLBACK TO )?SAVEPOINT (\w+)$/.exec(sql);
    if (sql === 'START TRANSACTION') this.#transaction = new Transaction(this.#waiting);
    else if (sql === 'COMMIT') this.#end((transaction) => transaction.commit());
    else if (sql === 'ROLLBACK') this.#end((transaction) => transaction.rollback());
    else if (savepoint !== null) this.#savepoint(savepoint[2] as string, savepoint[1] !== undefined);
    else return false;
    return true;
  }

  #savepoint(name: string, isRollback: boolean): void {
    if (isRollback) this.#transaction?.undo(this.#savepoints.get(name) ?? 0);
    else this.#savepoints.set(name, this.#transaction?.mark ?? 0);
  }

  #end(how: (transaction: Transaction) => void): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction !== undefined) how(transaction);
  }

  async #run(
    sql: string,
    params: readonly unknown[],
    transaction: Transaction,
  ): Promise<readonly Row[] | Affected> {
    const statement = this.#compile(sql);
    const { tables } = this.#database;
    for (;;) {
      const { mark } = transaction;
      try {
        const select = selectWithin(tables, transaction);
        const context = {
          rows: [],
          params,
          connectionId: this.id,
          now: this.#now,
          inserting: undefined,
          group: undefined,
          select,
        };
        return statement({ tables, transaction, context });
      } catch (error) {
        transaction.undo(mark);
        if (!(error instanceof MustWait)) throw error;
        await this.#wait(error, transaction);
      }
    }
  }

  /** @throws SqlError when somebody who is waited for waits for this transaction */
  async #wait({ entry }: MustWait, transaction: Transaction): Promise<void> {
    if (transaction.wouldDeadlock(entry)) {
      transaction.rollback();
      if (transaction === this.#transaction) this.#transaction = undefined;
      throw new SqlError(1213, 'ER_LOCK_DEADLOCK', 'Deadlock found when trying to get lock');
    }
    transaction.waitsFor = entry;
    await new Promise<void>((goOn) => {
      this.#waiting.push({ entry, goOn });
    });
    transaction.waitsFor = undefined;
    if (this.#isKilled) await new Promise(() => undefined);
  }

  #compile(sql: string): Compiled {
    const { compiled, tables } = this.#database;
    let statement = compiled.get(sql);
    if (statement === undefined) {
      const parsed = parse(sql);
      statement = compileStatement(parsed, tables);
      // What was compiled before may be about other columns.
      if (parsed.kind === 'create' || parsed.kind === 'alter') compiled.clear();
      else compiled.set(sql, statement);
    }
    return statement;
  }
}
