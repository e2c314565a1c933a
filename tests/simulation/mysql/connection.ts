import { forEver } from '../for-ever.ts';
import { errors, NotSupported, ServerError } from './errors.ts';
import type { Database } from './storage/database.ts';
import { Frame } from './expressions/frame.ts';
import type { Prepared, ResultRow, Runnable } from './statements/prepare.ts';
import type { Written } from './statements/insert.ts';
import type { Steps } from './statements/steps.ts';
import type { TransactionControl } from './sql/syntax.ts';
import { Transaction } from './storage/transaction.ts';

type Result = ResultRow[] | Written;

/** What a client has of the server. */
export interface MemoryConnection {
  readonly id: number;
  /**
   * @returns rows, or the result of a write
   * @throws ServerError as mysql2 would; NotSupported, which quotes the SQL, if this server does not know what it means
   */
  query(sql: string, parameters?: readonly unknown[]): Promise<Result>;
  /** The process died or the cable was cut: uncommitted changes are undone, and statements in progress are never answered. */
  kill(): void;
}

/**
 * Called before each statement, also before COMMIT and ROLLBACK. Resolves when it is the connection's turn. `sql` is for traces.
 */
export type Turn = (connection: MemoryConnection, sql: string) => Promise<void>;

const nothingWritten: Written = { affectedRows: 0, insertId: 0 };

/** Executes one statement after the other, and one transaction at a time. */
export class Connection implements MemoryConnection {
  readonly id: number;
  readonly database: Database;
  readonly #turn: Turn | undefined;
  #isBusy = false;
  /** Statements that wait for earlier ones. */
  readonly #queue: (() => void)[] = [];
  /** The transaction since START TRANSACTION. */
  #transaction: Transaction | undefined;
  /** The transaction of the statement that is being executed. */
  #working: Transaction | undefined;
  #isDead = false;

  constructor(id: number, database: Database, turn: Turn | undefined) {
    this.id = id;
    this.database = database;
    this.#turn = turn;
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<Result> {
    if (this.#isBusy) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#isBusy = true;
    try {
      await this.#turn?.(this, sql);
      if (this.#isDead) return await forEver();
      return await this.#execute(this.database.prepare(sql), parameters);
    } catch (error) {
      if (error instanceof NotSupported) error.message += `, in: ${sql}`;
      throw error;
    } finally {
      const next = this.#queue.shift();
      this.#isBusy = next !== undefined;
      next?.();
    }
  }

  kill(): void {
    this.#isDead = true;
    this.#transaction?.rollback();
    this.#working?.rollback();
    this.#transaction = this.#working = undefined;
  }

  async #execute(statement: Prepared, parameters: readonly unknown[]): Promise<Result> {
    if (statement.kind === 'run') return this.#run(statement, parameters);
    if ('table' in statement) {
      this.#commit();
      this.database.define(statement);
    } else {
      this.#control(statement);
    }
    return nothingWritten;
  }

  async #run(statement: Runnable, parameters: readonly unknown[]): Promise<Result> {
    const transaction = this.#transaction ?? new Transaction();
    this.#working = transaction;
    const { mark } = transaction;
    transaction.hasBegun = true;
    try {
      const result = await this.#finish(statement.run(new Frame(this, transaction, parameters)));
      if (this.#transaction === undefined) transaction.commit();
      return result;
    } catch (error) {
      if (this.#transaction === undefined || isDeadlock(error)) {
        transaction.rollback();
        this.#transaction = undefined;
      } else {
        transaction.undo(mark);
      }
      throw error;
    } finally {
      this.#working = undefined;
    }
  }

  async #finish(work: Steps<Result>): Promise<Result> {
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      await step.value;
      if (this.#isDead) await forEver();
    }
  }

  #control(statement: TransactionControl): void {
    switch (statement.kind) {
      case 'begin':
        this.#commit();
        this.#transaction = new Transaction();
        break;
      case 'commit':
        this.#commit();
        break;
      case 'rollback':
        this.#transaction?.rollback();
        this.#transaction = undefined;
        break;
      case 'savepoint':
        this.#transaction?.savepoint(statement.name);
        break;
      case 'rollbackTo':
        this.#open(statement.name).rollbackTo(statement.name);
        break;
      case 'release':
        this.#open(statement.name).release(statement.name);
        break;
      case 'isolation':
    }
  }

  #commit(): void {
    this.#transaction?.commit();
    this.#transaction = undefined;
  }

  #open(savepoint: string): Transaction {
    if (this.#transaction !== undefined) return this.#transaction;
    throw new ServerError(errors.noSavepoint, `SAVEPOINT ${savepoint} does not exist`);
  }
}

const isDeadlock = (error: unknown): boolean =>
  error instanceof ServerError && error.errno === errors.deadlock[0];
