import { errors, NotSupported, ServerError } from '../errors.ts';
import type { Frame } from './frame.ts';
import type { Schema } from '../storage/schema.ts';
import type { Type, Value, Values } from '../storage/types.ts';

/** An expression that can be evaluated. */
export interface Compiled {
  readonly type: Type;
  /** Returns the value. For the type `given`, this is whatever the client gave. */
  readonly evaluate: (frame: Frame) => Value;
  /** The slots whose rows it uses, one bit for each. */
  readonly uses: number;
  /** The column, if the expression is one. */
  readonly column?: { readonly slot: number; readonly position: number };
}

interface VisibleColumn {
  readonly name: string;
  readonly type: Type;
}

interface Visible {
  readonly alias: string;
  readonly slot: number;
  readonly columns: readonly VisibleColumn[];
}

/** Each row and each list that a statement uses has a place of its own in its frame. */
interface Places {
  slots: number;
  memos: number;
}

/** The source that VALUES(column) refers to. Its columns are found only by this name. */
export const insertedRow = 'VALUES';

/** The meanings of names in a query: first columns of its own sources, then those of the query around it. */
export class Scope {
  readonly schema: Schema;
  /** The first slot of the query itself and of those within it. */
  readonly #firstSlot: number;
  readonly #outer: Scope | undefined;
  readonly #places: Places;
  readonly #sources: Visible[] = [];
  /** Whether an aggregate was found. */
  isGrouped = false;

  constructor(schema: Schema, outer?: Scope) {
    this.schema = schema;
    this.#outer = outer;
    this.#places = outer === undefined ? { slots: 0, memos: 0 } : outer.#places;
    this.#firstSlot = this.#places.slots;
  }

  /** @returns the slot of the source's rows */
  add(alias: string, columns: readonly VisibleColumn[]): number {
    const slot = this.#places.slots++;
    // A bit mask has room for no more.
    if (slot > 29) throw new NotSupported('a statement of so many tables');
    this.#sources.push({ alias, slot, columns });
    return slot;
  }

  addMemo(): number {
    return this.#places.memos++;
  }

  get sources(): readonly Visible[] {
    return this.#sources;
  }

  get slots(): number[] {
    return this.#sources.map(({ slot }) => slot);
  }

  /** Those of the slots that belong to queries around this one. */
  outside(uses: number): number {
    return uses & ((1 << this.#firstSlot) - 1);
  }

  resolve(table: string | undefined, name: string): Compiled {
    const found = this.find(table, name) ?? this.#outer?.resolve(table, name);
    if (found !== undefined) return found;
    const written = table === undefined ? name : `${table}.${name}`;
    throw new ServerError(errors.noSuchColumn, `Unknown column '${written}'`);
  }

  /** The column, if it belongs to one of the query's own sources. */
  find(table: string | undefined, name: string): Compiled | undefined {
    const wanted = name.toLowerCase();
    const found = this.#sources.flatMap(({ alias, slot, columns }) => {
      if (table === undefined ? alias === insertedRow : alias !== table) return [];
      const position = columns.findIndex((column) => column.name.toLowerCase() === wanted);
      return position < 0 ? [] : [columnAt(slot, position, (columns[position] as VisibleColumn).type)];
    });
    if (found.length > 1) throw new NotSupported(`which ${name} is meant`);
    return found[0];
  }
}

export const columnAt = (slot: number, position: number, type: Type): Compiled => ({
  type,
  uses: 1 << slot,
  column: { slot, position },
  evaluate: ({ rows }) => (rows[slot] as Values)[position] as Value,
});
