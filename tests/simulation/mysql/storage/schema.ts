import { errors, ServerError } from '../errors.ts';
import type { Expression } from '../sql/syntax.ts';
import type { Type, Value, Values } from './types.ts';

/** The definitions of tables. They never change: ALTER TABLE makes a new one. */

export interface Column {
  readonly name: string;
  readonly type: Type;
  readonly isNullable: boolean;
  readonly isAutoIncrement: boolean;
  /** undefined means that a value must be given. */
  readonly default: Value | undefined;
}

export interface Check {
  readonly name: string;
  readonly condition: Expression;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onDelete: 'restrict' | 'cascade';
}

/** The columns of an index, and how rows are ordered by them. */
export class IndexSchema {
  readonly name: string;
  readonly columns: readonly number[];
  readonly isUnique: boolean;
  readonly #types: readonly Type[];

  constructor(name: string, columns: readonly number[], isUnique: boolean, table: readonly Column[]) {
    this.name = name;
    this.columns = columns;
    this.isUnique = isUnique;
    this.#types = columns.map((column) => (table[column] as Column).type);
  }

  /** NULL comes first. */
  compare(left: Values, right: Values): number {
    const { columns } = this;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as number;
      const order = compareValues(this.#types[i] as Type, left[column] as Value, right[column] as Value);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** Compares the index's columns of a row with a key, which may have fewer columns. */
  compareWithKey(row: Values, key: Values): number {
    for (let i = 0; i < key.length; i++) {
      const value = row[this.columns[i] as number] as Value;
      const order = compareValues(this.#types[i] as Type, value, key[i] as Value);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** Compares two keys of the same length. */
  compareKeys(left: Values, right: Values): number {
    for (let i = 0; i < left.length; i++) {
      const order = compareValues(this.#types[i] as Type, left[i] as Value, right[i] as Value);
      if (order !== 0) return order;
    }
    return 0;
  }

  hasNull(row: Values): boolean {
    return this.columns.some((column) => row[column] === null);
  }
}

/** NULL comes first. */
export function compareValues(type: Type, left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return type.compare(left, right);
}

export interface TableParts {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The primary key first. */
  readonly indexes: readonly { name: string; columns: readonly string[]; isUnique: boolean }[];
  readonly checks: readonly Check[];
  readonly foreignKeys: readonly ForeignKey[];
}

export class TableSchema {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly indexes: readonly IndexSchema[];
  readonly checks: readonly Check[];
  readonly foreignKeys: readonly ForeignKey[];
  /** The column that is numbered automatically. */
  readonly autoIncrement: number | undefined;
  readonly #positions: ReadonlyMap<string, number>;

  constructor({ name, columns, indexes, checks, foreignKeys }: TableParts) {
    this.name = name;
    this.columns = columns;
    this.#positions = new Map(columns.map((column, position) => [column.name.toLowerCase(), position]));
    this.indexes = indexes.map(
      (index) => new IndexSchema(index.name, index.columns.map(this.position), index.isUnique, columns),
    );
    this.checks = checks;
    this.foreignKeys = foreignKeys;
    const numbered = columns.findIndex(({ isAutoIncrement }) => isAutoIncrement);
    this.autoIncrement = numbered < 0 ? undefined : numbered;
  }

  find(column: string): number | undefined {
    return this.#positions.get(column.toLowerCase());
  }

  /** The position of the column's value in a row. */
  readonly position = (column: string): number => {
    const position = this.find(column);
    if (position !== undefined) return position;
    throw new ServerError(errors.noSuchColumn, `Unknown column '${column}' in '${this.name}'`);
  };
}

/** A foreign key, with the table that has it. */
export interface Reference {
  readonly table: TableSchema;
  readonly key: ForeignKey;
}

/** The tables of a database. */
export class Schema {
  readonly database: string;
  readonly tables: ReadonlyMap<string, TableSchema>;
  readonly #children = new Map<string, readonly Reference[]>();

  constructor(database: string, tables: ReadonlyMap<string, TableSchema>) {
    this.database = database;
    this.tables = tables;
  }

  table(name: string): TableSchema {
    const table = this.tables.get(name);
    if (table !== undefined) return table;
    throw new ServerError(errors.noSuchTable, `Table '${this.database}.${name}' doesn't exist`);
  }

  /** The foreign keys of other tables that refer to this one. */
  children(parent: string): readonly Reference[] {
    const known = this.#children.get(parent);
    if (known !== undefined) return known;
    const found = [...this.tables.values()].flatMap((table) =>
      table.foreignKeys.filter((key) => key.parent === parent).map((key) => ({ table, key })),
    );
    this.#children.set(parent, found);
    return found;
  }
}
