import type { IndexSchema } from './schema.ts';
import type { Row } from './table.ts';
import type { Values } from './types.ts';

/** A version of a row. A row has one entry for each key with which a transaction may see it. */
export interface Entry {
  readonly version: Values;
  readonly row: Row;
}

/** A place in an index: before or after all rows with this key. */
export interface Bound {
  /** The values of the index's first columns. */
  readonly key: Values;
  readonly isAfter: boolean;
}

/** Versions of rows, ordered by some columns, then by the primary key. */
export class OrderedIndex {
  readonly schema: IndexSchema;
  readonly entries: Entry[] = [];
  readonly #primary: IndexSchema;

  constructor(schema: IndexSchema, primary: IndexSchema) {
    this.schema = schema;
    this.#primary = primary;
  }

  /** How many entries come before the bound. */
  position({ key, isAfter }: Bound): number {
    return this.#search((version) => {
      const order = this.schema.compareWithKey(version, key);
      return isAfter ? order <= 0 : order < 0;
    });
  }

  /** How many entries there are up to and including this one, wherever it is by now. */
  positionAfter({ version }: Entry): number {
    return this.#search((other) => this.#compare(other, version) <= 0);
  }

  hasSameKey(left: Values, right: Values): boolean {
    return left === right || this.schema.compare(left, right) === 0;
  }

  /** Whether both versions of a row have the same entry. */
  isSamePlace(left: Values, right: Values): boolean {
    return left === right || this.#compare(left, right) === 0;
  }

  add(version: Values, row: Row): void {
    const { entries } = this;
    const last = entries.at(-1);
    if (last === undefined || this.#compare(last.version, version) < 0) {
      entries.push({ version, row });
      return;
    }
    const position = this.#search((other) => this.#compare(other, version) < 0);
    if (this.#find(position, version, row) < 0) entries.splice(position, 0, { version, row });
  }

  remove(version: Values, row: Row): void {
    const position = this.#search((other) => this.#compare(other, version) < 0);
    const found = this.#find(position, version, row);
    if (found >= 0) this.entries.splice(found, 1);
  }

  /** The place of the row's entry among those with the version's key, which begin at `from`. */
  #find(from: number, version: Values, row: Row): number {
    for (let at = from; at < this.entries.length; at++) {
      const entry = this.entries[at] as Entry;
      if (this.#compare(entry.version, version) !== 0) return -1;
      if (entry.row === row) return at;
    }
    return -1;
  }

  #compare(left: Values, right: Values): number {
    const order = this.schema.compare(left, right);
    return order !== 0 || this.schema === this.#primary ? order : this.#primary.compare(left, right);
  }

  /** How many entries are `before`; all of these are at the beginning. */
  #search(isBefore: (version: Values) => boolean): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore((this.entries[middle] as Entry).version)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
