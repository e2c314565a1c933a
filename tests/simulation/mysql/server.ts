import { Connection } from './connection.ts';
import type { MemoryConnection, Turn } from './connection.ts';
import { Database } from './storage/database.ts';
import { Schema } from './storage/schema.ts';
import type { TableSchema } from './storage/schema.ts';
import type { Value, Values } from './storage/types.ts';

export type { MemoryConnection, Turn };

export interface MysqlOptions {
  /** Lets each statement wait for its turn; without it, each is executed at once. */
  readonly turn?: Turn;
  /** The time that `NOW()` returns. */
  readonly now?: () => Date;
}

/**
 * The part of MySQL that the services use, in memory: tables, row locks, READ COMMITTED. Its behaviour follows only from the
 * order of the statements.
 */
export class MemoryMysql {
  readonly #turn: Turn | undefined;
  readonly #now: () => Date;
  readonly #databases = new Map<string, Database>();
  #connections = 0;

  constructor({ turn, now = () => new Date() }: MysqlOptions = {}) {
    this.#turn = turn;
    this.#now = now;
  }

  /** A server with the same tables, all empty. */
  emptyCopy(options: MysqlOptions): MemoryMysql {
    const copy = new MemoryMysql(options);
    for (const [name, { schema }] of this.#databases) copy.#add(name, schema);
    return copy;
  }

  /** Makes the database if it does not exist. */
  connect(database: string): MemoryConnection {
    const found = this.#databases.get(database) ?? this.#add(database, new Schema(database, new Map()));
    return new Connection(++this.#connections, found, this.#turn);
  }

  /** The committed rows of a table, by primary key; BIGINT as numbers. */
  rows(database: string, table: string): Readonly<Record<string, unknown>>[] {
    const found = this.#databases.get(database)?.table(table);
    if (found === undefined) throw new Error(`there is no database ${database}`);
    return shown(found.committed, found.schema).slice();
  }

  #add(name: string, schema: Schema): Database {
    const database = new Database(schema, this.#now);
    this.#databases.set(name, database);
    return database;
  }
}

type ShownRow = Readonly<Record<string, unknown>>;

/** Invariants read all rows after each commit, and most are the same as before. */
const shownRows = new WeakMap<readonly Values[], ShownRow[]>();
const shownOf = new WeakMap<Values, ShownRow>();

function shown(rows: readonly Values[], schema: TableSchema): ShownRow[] {
  const known = shownRows.get(rows) ?? rows.map((values) => shownRow(values, schema));
  shownRows.set(rows, known);
  return known;
}

function shownRow(values: Values, { columns }: TableSchema): ShownRow {
  const known = shownOf.get(values);
  if (known !== undefined) return known;
  const entries = columns.map(({ name, type }, i) => {
    const value = values[i] as Value;
    return [name, type.kind === 'number' ? value : type.show(value)];
  });
  const row = Object.freeze(Object.fromEntries(entries)) as ShownRow;
  shownOf.set(values, row);
  return row;
}
