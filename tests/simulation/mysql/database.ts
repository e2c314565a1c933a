import type { Connection } from 'mysql2';
import { ask } from './ask.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Table {
  readonly name: string;
  /** The columns of its primary key. */
  readonly key: string;
  /** What was committed when somebody last looked. */
  rows: Row[];
  /** Whether it has been written to since then. */
  isDirty: boolean;
  /** Whether it may have rows, committed or not. */
  isTouched: boolean;
}

/** A session, as its database sees it: it may have locks, and be the victim of a deadlock. */
interface LockHolder {
  /** Ends the session, and undoes what it has not committed. */
  kill(): void;
  rollBack(): Promise<void>;
}

/** One database of the server: its connections, its tables, and who waits for whose locks. */
export class Database {
  readonly tables = new Map<string, Table>();
  readonly sessions = new Set<LockHolder>();
  /** Sessions that may have locks. */
  readonly inTransaction = new Set<LockHolder>();
  /** Sessions whose statement would have to wait for a lock, and what ends the wait. */
  readonly #waiting = new Map<LockHolder, { again: () => void; fail: (error: Error) => void }>();
  /** How many sessions there were since the tables were emptied. */
  #count = 0;
  readonly #open: () => Connection;
  readonly #idle: Connection[] = [];
  readonly #observer: Connection;

  constructor(open: () => Connection) {
    this.#open = open;
    this.#observer = open();
  }

  /** @returns the session's number */
  add(session: LockHolder): number {
    this.sessions.add(session);
    return ++this.#count;
  }

  take(): Connection {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const connection = this.#open();
    // Migrations may wait, for whatever the server does with its own tables.
    if (this.tables.size > 0) void ask(connection, 'SET innodb_lock_wait_timeout = 0');
    return connection;
  }

  giveBack(connection: Connection): void {
    this.#idle.push(connection);
  }

  async survey(): Promise<void> {
    const found = await ask<Pick<Table, 'name' | 'key'>[]>(
      this.#observer,
      `SELECT table_name AS name, GROUP_CONCAT(column_name ORDER BY ordinal_position) AS \`key\`
       FROM information_schema.key_column_usage
       WHERE table_schema = DATABASE() AND constraint_name = 'PRIMARY' AND table_name <> 'migrations'
       GROUP BY table_name`,
    );
    for (const { name, key } of found)
      this.tables.set(name, { name, key, rows: [], isDirty: false, isTouched: true });
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  endSessions(): void {
    this.#waiting.clear();
    for (const session of this.sessions) session.kill();
    this.#count = 0;
  }

  async empty(): Promise<void> {
    const touched = [...this.tables.values()].filter(({ isTouched }) => isTouched);
    if (touched.length === 0) return;
    const truncate = touched.map(({ name }) => `TRUNCATE TABLE ${name}`);
    await ask(
      this.#observer,
      ['SET foreign_key_checks = 0', ...truncate, 'SET foreign_key_checks = 1'].join(';'),
    );
    for (const table of touched) {
      table.rows = [];
      table.isDirty = table.isTouched = false;
    }
  }

  /** See Mysql. */
  async look(only?: readonly string[]): Promise<ReadonlySet<string>> {
    const dirty = [...this.tables.values()].filter(
      ({ isDirty, name }) => isDirty && (only === undefined || only.includes(name)),
    );
    if (dirty.length === 0) return new Set();
    const select = dirty.map(({ name, key }) => `SELECT * FROM ${name} ORDER BY ${key}`);
    // With one statement more there is always a list of results.
    const results = await ask<Row[][]>(this.#observer, [...select, 'DO 0'].join(';'));
    for (const [index, table] of dirty.entries()) {
      table.rows = results[index] as Row[];
      table.isDirty = false;
    }
    return new Set(dirty.map(({ name }) => name));
  }

  rows(name: string): readonly Row[] {
    const table = this.tables.get(name);
    if (table === undefined) throw new Error(`there is no table ${name}`);
    if (table.isDirty) throw new Error(`nobody has looked at ${name} since it was written to`);
    return table.rows;
  }

  /**
   * Waits until a transaction has ended that may have had the lock. The server does not say which one has it, so those who wait
   * try again after each. If nobody is left who could end one, some wait for each other, and one of them is the victim.
   * @throws what the server would tell the victim of a deadlock
   */
  async wait(session: LockHolder, pick: (from: readonly LockHolder[]) => LockHolder): Promise<void> {
    const wait = new Promise<void>((again, fail) => this.#waiting.set(session, { again, fail }));
    const others = [...this.inTransaction];
    if (others.every((each) => this.#waiting.has(each))) {
      if (others.length === 0) throw new Error('a statement waits for a lock that nobody has');
      const victim = pick(others);
      const { fail } = this.#waiting.get(victim) as { fail: (error: Error) => void };
      await victim.rollBack();
      fail(deadlock());
    }
    await wait;
  }

  /** The session waits no more. */
  forgetWait(session: LockHolder): void {
    this.#waiting.delete(session);
  }

  /** A session has no locks any more. Those who wait may try again. */
  unlocked(session: LockHolder): void {
    if (!this.inTransaction.delete(session)) return;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { again } of all) again();
  }
}

const deadlock = () =>
  Object.assign(new Error('Deadlock found when trying to get lock; try restarting transaction'), {
    errno: 1213,
    code: 'ER_LOCK_DEADLOCK',
    sqlState: '40001',
  });
