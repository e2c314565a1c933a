import { Lockable } from './locks.ts';
import { OrderedIndex } from './ordered-index.ts';
import type { IndexSchema, TableSchema } from './schema.ts';
import type { Transaction } from './transaction.ts';
import type { Values } from './types.ts';

/** A row in two versions: the one that everybody sees, and the one that the transaction sees which has changed it. */
export class Row extends Lockable {
  /** null means that the row does not exist. */
  committed: Values | null = null;
  /** The same as `committed` unless there is a writer. */
  latest: Values | null = null;
  /** The transaction that has changed the row and has not committed. It has the exclusive lock. */
  writer: Transaction | undefined;

  visibleTo(transaction: Transaction): Values | null {
    return this.writer === transaction ? this.latest : this.committed;
  }
}

/** The rows of a table on one server. */
export class Table {
  readonly schema: TableSchema;
  /** The primary key first. */
  readonly indexes: readonly OrderedIndex[];
  /** The number for the next row that needs one. */
  nextNumber = 1;
  #committed: readonly Values[] | undefined;

  constructor(schema: TableSchema) {
    this.schema = schema;
    const primary = schema.indexes[0] as IndexSchema;
    this.indexes = schema.indexes.map((index) => new OrderedIndex(index, primary));
  }

  get primary(): OrderedIndex {
    return this.indexes[0] as OrderedIndex;
  }

  /** The committed rows, by primary key. */
  get committed(): readonly Values[] {
    this.#committed ??= this.primary.entries.flatMap(({ version, row: { committed } }) =>
      committed !== null && this.primary.isSamePlace(committed, version) ? [committed] : [],
    );
    return this.#committed;
  }

  /** Makes `next` the latest version of the row. The row can still be found where its previous version was. */
  put(row: Row, next: Values | null): void {
    const { latest } = row;
    row.latest = next;
    if (next === null) return;
    for (const index of this.indexes) {
      if (latest === null || !index.isSamePlace(latest, next)) index.add(next, row);
    }
  }

  /** Replaces the latest version by the one before it. */
  takeBack(row: Row, before: Values | null): void {
    if (row.latest !== null) this.#forget(row, row.latest, row.committed);
    row.latest = null;
    this.put(row, before);
  }

  /** Notes that the latest version is committed. The versions in `former` are no longer found. */
  settle(row: Row, former: readonly (Values | null)[]): void {
    row.committed = row.latest;
    row.writer = undefined;
    this.#committed = undefined;
    for (const version of former) if (version !== null) this.#forget(row, version, row.committed);
  }

  #forget(row: Row, version: Values, kept: Values | null): void {
    for (const index of this.indexes) {
      if (kept === null || !index.isSamePlace(version, kept)) index.remove(version, row);
    }
  }
}
