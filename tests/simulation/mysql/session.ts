import type { Connection } from 'mysql2';
import { forEver } from '../for-ever.ts';
import { ask } from './ask.ts';
import type { Written } from './ask.ts';
import type { Database, Row, Table } from './database.ts';

type Result = Row[] | Written;

/** What a session has of the world. */
export interface Clockwork {
  /**
   * Called before each statement, also before COMMIT and ROLLBACK. Resolves when it is the session's turn.
   * @param isAgain whether the statement has had its turn, and had to wait for a lock
   */
  turn(session: Session, sql: string, isAgain: boolean): Promise<void>;
  /** In ms since 1970. */
  now(): number;
  pick<T>(from: readonly T[]): T;
}

/** Beginning a transaction changes nothing, so it is sent with the statement that comes after it, in one step. */
const isBeginning = /^(SET|START) TRANSACTION|^SAVEPOINT/;

/** A server that does not wait for locks does not skip them either, but ends such a statement with an error. */
const skipping = (sql: string) =>
  sql.includes('SKIP LOCKED') ? `SET STATEMENT innodb_lock_wait_timeout = 1 FOR ${sql}` : sql;

const nothingWritten: Written = { affectedRows: 0, insertId: 0 };
const lockWaitTimeout = 1205;

/**
 * A client's session on the server. It lasts shorter than the connection, which the next session gets. The server never lets a
 * statement wait for a lock: it fails at once and keeps its transaction, and is executed again when it may get the lock.
 */
export class Session {
  readonly #database: Database;
  readonly #clockwork: Clockwork;
  readonly #id: number;
  #connection: Connection | undefined;
  #isBusy = false;
  /** Statements that wait for earlier ones. */
  readonly #queue: (() => void)[] = [];
  /** What is sent with the next statement. */
  #beginning: string[] = [];
  readonly #written = new Set<Table>();
  #isDead = false;

  constructor(database: Database, clockwork: Clockwork) {
    this.#database = database;
    this.#clockwork = clockwork;
    this.#id = database.add(this);
  }

  /**
   * @returns rows, or the result of a write
   * @throws the server's error
   */
  async query(sql: string, parameters: readonly unknown[] = []): Promise<Result> {
    if (this.#isBusy) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#isBusy = true;
    try {
      if (isBeginning.test(sql)) {
        // The server's default.
        if (sql !== 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED') this.#beginning.push(sql);
        return nothingWritten;
      }
      await this.#clockwork.turn(this, sql, false);
      return await this.#execute(sql, parameters);
    } finally {
      const next = this.#queue.shift();
      this.#isBusy = next !== undefined;
      next?.();
    }
  }

  /** The process died or the cable was cut: uncommitted changes are undone, and statements in progress are never answered. */
  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#database.sessions.delete(this);
    this.#database.forgetWait(this);
    if (this.#connection === undefined) return;
    void this.rollBack();
    this.#database.giveBack(this.#connection);
  }

  /** Ends the transaction, if there is one. */
  async rollBack(): Promise<void> {
    if (!this.#database.inTransaction.has(this)) return;
    const done = ask(this.#connection as Connection, 'ROLLBACK');
    this.#database.forgetWait(this);
    this.#end(false);
    await done;
  }

  async #execute(sql: string, parameters: readonly unknown[]): Promise<Result> {
    for (;;) {
      if (this.#isDead) return forEver();
      try {
        return await this.#send(sql, parameters);
      } catch (error) {
        if ((error as { errno?: number }).errno !== lockWaitTimeout) throw error;
      }
      await this.#database.wait(this, (from) => this.#clockwork.pick(from));
      // It may have been killed while it waited.
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
      if (this.#isDead) return forEver();
      await this.#clockwork.turn(this, sql, true);
    }
  }

  async #send(sql: string, parameters: readonly unknown[]): Promise<Result> {
    const { inTransaction } = this.#database;
    const before = this.#beginning;
    this.#beginning = [];
    if (before.includes('START TRANSACTION')) inTransaction.add(this);
    // Which connection a session gets, and so its number, would depend on the schedules before.
    if (sql.includes('CONNECTION_ID(')) before.push(`SET pseudo_thread_id = ${this.#id}`);
    if (sql.includes('TIMESTAMP(')) before.push(`SET timestamp = ${this.#clockwork.now() / 1_000}`);
    this.#noteTables(sql);
    const connection = (this.#connection ??= this.#database.take());
    const result = await ask<Result>(connection, [...before, skipping(sql)].join(';'), parameters);
    if (sql === 'COMMIT' || sql === 'ROLLBACK' || !inTransaction.has(this)) this.#end(sql !== 'ROLLBACK');
    return before.length === 0 ? result : ((result as unknown[]).at(-1) as Result);
  }

  #end(isCommitted: boolean): void {
    if (isCommitted) for (const table of this.#written) table.isDirty = true;
    this.#written.clear();
    this.#database.unlocked(this);
  }

  /** A table that a writing statement only reads counts as written, too, which costs a look. */
  #noteTables(sql: string): void {
    if (sql.startsWith('SELECT') || sql === 'COMMIT') return;
    for (const [word] of sql.matchAll(/\w+/g)) {
      const table = this.#database.tables.get(word);
      if (table === undefined) continue;
      table.isTouched = true;
      this.#written.add(table);
    }
  }
}
