import type { ColumnDefinition, Definition } from './parser.ts';

export type Row = Record<string, unknown>;

/** A row in both of its versions: as committed, and as the transaction that has it locked left it. */
export interface Entry {
  committed: Row | null;
  /** Undefined: unchanged; null: deleted. */
  pending: Row | null | undefined;
  owner: Transaction | undefined;
}

/** What the server says about a statement. */
export class SqlError extends Error {
  readonly errno: number;
  readonly code: string;

  constructor(errno: number, code: string, message: string) {
    super(message);
    this.errno = errno;
    this.code = code;
  }
}

/** The statement cannot go on before somebody has released this row. */
export class MustWait extends Error {
  readonly entry: Entry;

  constructor(entry: Entry) {
    super('another transaction has this row');
    this.entry = entry;
  }
}

/** The rows of a table, in the order of its primary key, as InnoDB keeps them. */
export class Table {
  readonly name: string;
  readonly definition: Definition;
  readonly primary: readonly string[];
  readonly #entries = new Map<string, Entry>();
  #sorted: Entry[] | undefined = [];
  #lastNumber = 0;

  constructor(name: string, definition: Definition) {
    this.name = name;
    this.definition = definition;
    const [first] = definition.keys;
    if (first?.isPrimary !== true) throw new Error(`the table ${name} has no primary key`);
    this.primary = first.columns;
  }

  /** All rows in order, deleted and uncommitted ones included. */
  get entries(): readonly Entry[] {
    this.#sorted ??= [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    return this.#sorted;
  }

  find(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** How a primary key's values sort as text. */
  keyOf(values: readonly unknown[]): string {
    return values
      .map((value) => (typeof value === 'number' ? String(value).padStart(20, '0') : String(value)))
      .join('\u0000');
  }

  keyOfRow(row: Row): string {
    return this.keyOf(this.primary.map((column) => row[column]));
  }

  add(row: Row, entry: Entry): void {
    this.#entries.set(this.keyOfRow(row), entry);
    this.#sorted = undefined;
  }

  remove(row: Row): void {
    this.#entries.delete(this.keyOfRow(row));
    this.#sorted = undefined;
  }

  /** The next AUTO_INCREMENT, which a rollback does not give back. */
  nextNumber(): number {
    return ++this.#lastNumber;
  }

  emptyCopy(): Table {
    return new Table(this.name, this.definition);
  }

  /** The value as this column keeps it. @throws SqlError when it cannot */
  keep({ name, type, isNullable }: ColumnDefinition, value: unknown): unknown {
    if (value === null || value === undefined) {
      if (!isNullable) throw new SqlError(1048, 'ER_BAD_NULL_ERROR', `Column '${name}' cannot be null`);
      return null;
    }
    if (type === 'DATETIME') return value instanceof Date ? value : new Date(value as string);
    if (/INT$|^DOUBLE$/.test(type)) return Number(value);
    if (value instanceof Uint8Array) return value;
    if (typeof value === 'object') throw new Error(`${this.name}.${name} cannot keep an object`);
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- no object is left here
    return String(value);
  }
}

/** The row as this transaction sees it in a consistent read. */
export const visible = ({ committed, pending, owner }: Entry, reader: Transaction | undefined): Row | null =>
  owner === reader && owner !== undefined && pending !== undefined ? pending : committed;

/** The newest version of a row, whoever wrote it. */
export const newest = ({ committed, pending }: Entry): Row | null =>
  pending === undefined ? committed : pending;

interface Change {
  readonly table: Table;
  readonly entry: Entry;
  readonly before: Row | null | undefined;
}

/** Wakes those who wait for a row, first come, first served. */
export interface Waiting {
  readonly entry: Entry;
  readonly goOn: () => void;
}

/** What a connection has changed and locked since it began. */
export class Transaction {
  readonly #waiting: Waiting[];
  readonly #locked = new Set<Entry>();
  readonly #changes: Change[] = [];
  /** The row that the running statement waits for. */
  waitsFor: Entry | undefined;

  /** @param waiting those who wait for any row of the server */
  constructor(waiting: Waiting[]) {
    this.#waiting = waiting;
  }

  /** @throws MustWait while another transaction has the row */
  lock(entry: Entry): void {
    if (entry.owner === this) return;
    if (entry.owner !== undefined) throw new MustWait(entry);
    entry.owner = this;
    this.#locked.add(entry);
  }

  /** Changes a row that is locked; null deletes it. */
  change(table: Table, entry: Entry, row: Row | null): void {
    this.#changes.push({ table, entry, before: entry.pending });
    entry.pending = row;
  }

  insert(table: Table, row: Row): void {
    const gone = table.find(table.keyOfRow(row));
    const entry = gone ?? { committed: null, pending: undefined, owner: undefined };
    this.lock(entry);
    if (gone === undefined) table.add(row, entry);
    this.change(table, entry, row);
  }

  /** A place to come back to. */
  get mark(): number {
    return this.#changes.length;
  }

  /** Undoes what was changed since; locks stay. */
  undo(mark: number): void {
    for (const { table, entry, before } of this.#changes.splice(mark).reverse()) {
      const row = entry.pending;
      entry.pending = before;
      if (before === undefined && entry.committed === null && row) table.remove(row);
    }
  }

  commit(): void {
    for (const { table, entry } of this.#changes) {
      if (entry.pending === undefined) continue;
      if (entry.pending === null && entry.committed !== null) table.remove(entry.committed);
      entry.committed = entry.pending;
      entry.pending = undefined;
    }
    this.#release();
  }

  rollback(): void {
    this.undo(0);
    this.#release();
  }

  /** Whether waiting for this row would be waiting for itself, by way of others. */
  wouldDeadlock(entry: Entry): boolean {
    const seen = new Set<Transaction>();
    for (let { owner } = entry; owner !== undefined && !seen.has(owner); owner = owner.waitsFor?.owner) {
      if (owner === this) return true;
      seen.add(owner);
    }
    return false;
  }

  #release(): void {
    this.#changes.length = 0;
    this.waitsFor = undefined;
    for (const entry of this.#locked) entry.owner = undefined;
    const free = this.#waiting.filter(({ entry }) => this.#locked.has(entry));
    this.#locked.clear();
    for (const one of free) this.#waiting.splice(this.#waiting.indexOf(one), 1);
    for (const { goOn } of free) goOn();
  }
}
