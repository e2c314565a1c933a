import { define } from './define.ts';
import { prepare } from '../statements/prepare.ts';
import type { Prepared } from '../statements/prepare.ts';
import type { Schema } from './schema.ts';
import type { Column, TableSchema } from './schema.ts';
import type { Definition } from '../sql/syntax.ts';
import { Row, Table } from './table.ts';
import { Transaction } from './transaction.ts';
import type { Value, Values } from './types.ts';

/** Statements that are prepared for these tables, by their text. Servers with the same tables share them. */
type Statements = Map<string, Prepared>;
const statements = new WeakMap<Schema, Statements>();

function statementsFor(schema: Schema): Statements {
  const known = statements.get(schema) ?? new Map<string, Prepared>();
  statements.set(schema, known);
  return known;
}

/** The tables of one database on one server. */
export class Database {
  /** The time that `NOW()` returns. */
  readonly now: () => Date;
  #schema: Schema;
  #prepared: Statements;
  readonly #tables = new Map<string, Table>();

  constructor(schema: Schema, now: () => Date) {
    this.#schema = schema;
    this.#prepared = statementsFor(schema);
    this.now = now;
  }

  get schema(): Schema {
    return this.#schema;
  }

  table(name: string): Table {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const table = new Table(this.#schema.table(name));
    this.#tables.set(name, table);
    return table;
  }

  /** @throws NotSupported, or ServerError if it is not valid for these tables */
  prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const made = prepare(sql, this.#schema);
    this.#prepared.set(sql, made);
    return made;
  }

  /** Makes, changes or drops a table. Its rows keep the values for which it still has columns. */
  define(definition: Definition): void {
    const former = this.#schema.tables.get(definition.table);
    this.#schema = define(this.#schema, definition);
    this.#prepared = statementsFor(this.#schema);
    const schema = this.#schema.tables.get(definition.table);
    if (schema === former) return;
    const rows = this.#tables.get(definition.table)?.committed ?? [];
    this.#tables.delete(definition.table);
    if (former === undefined || schema === undefined) return;
    const transaction = new Transaction();
    for (const row of rows) transaction.write(this.table(schema.name), new Row(), moved(row, former, schema));
    transaction.commit();
  }
}

function moved(row: Values, from: TableSchema, to: TableSchema): Values {
  return to.columns.map(({ name, default: initial = null }: Column): Value => {
    const position = from.find(name);
    return position === undefined ? initial : (row[position] as Value);
  });
}
