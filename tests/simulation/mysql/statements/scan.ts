import { choosePath } from './access-path.ts';
import type { AccessPath, Range } from './access-path.ts';
import { compile } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import { isTrue, usesOf } from '../expressions/operators.ts';
import type { Entry } from '../storage/ordered-index.ts';
import type { Compiled, Scope } from '../expressions/scope.ts';
import type { TableSchema } from '../storage/schema.ts';
import type { Expression } from '../sql/syntax.ts';
import type { Steps } from './steps.ts';
import type { Row, Table } from '../storage/table.ts';
import type { Values } from '../storage/types.ts';

/**
 * What happens to rows that are read. With 'none', the committed rows are read. Otherwise rows are locked, and 'wait' and 'skip'
 * say what happens if another transaction has locked one. 'change' waits too, but first checks whether the committed row matches
 * at all, as an UPDATE does that scans a table.
 */
export type Locking = 'none' | 'wait' | 'skip' | 'change';

/** One of the sources of a query: how its rows are found, and what conditions they must fulfil. */
export interface Level {
  readonly slot: number;
  readonly source: TableSource | ComputedSource;
  readonly conditions: readonly Compiled[];
}

interface TableSource {
  readonly table: string;
  readonly path: AccessPath;
}

/** Rows that do not belong to a table: those of a query in FROM, or of `information_schema`. */
interface ComputedSource {
  readonly rows: (frame: Frame) => readonly Values[];
}

export interface Planned {
  readonly slot: number;
  readonly source: { table: TableSchema; hint: string | undefined } | ComputedSource;
}

/** Splits a condition into parts that must all be fulfilled. */
export function conjuncts(condition: Expression | undefined): Expression[] {
  if (condition === undefined) return [];
  const isAnd = condition.kind === 'binary' && condition.operator === 'AND';
  return isAnd ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

/**
 * Plans a loop through the sources in their order, combining each row of one with each matching row of the next.
 * @returns also the slots that the conditions use
 */
export function plan(
  sources: readonly Planned[],
  conditions: readonly Expression[],
  scope: Scope,
): { levels: Level[]; uses: number } {
  const open = new Map(conditions.map((condition) => [condition, compile(condition, scope)]));
  const uses = usesOf([...open.values()]);
  const levels = sources.map(({ slot, source }, i): Level => {
    const isLast = i === sources.length - 1;
    const usable = [...open].filter((condition) => isLast || condition[1].uses < 1 << (slot + 1));
    for (const [condition] of usable) open.delete(condition);
    if ('rows' in source) return { slot, source, conditions: usable.map(([, compiled]) => compiled) };
    const { table, hint } = source;
    const expressions = usable.map(([expression]) => expression);
    const path = choosePath(table, slot, expressions, { scope, hint });
    const rest = usable.filter(([expression]) => !path.covers.has(expression));
    return { slot, source: { table: table.name, path }, conditions: rest.map(([, compiled]) => compiled) };
  });
  return { levels, uses };
}

export interface Visit {
  readonly levels: readonly Level[];
  readonly locking: Locking;
  /** Called with the frame at rows that fulfil all conditions, and with the last source's row. Returns whether to continue. */
  readonly onMatch: (row: Row | undefined) => boolean;
}

/**
 * Goes through the sources, beginning with the level `at`.
 * @returns whether to continue
 */
export function* visit(frame: Frame, how: Visit, at = 0): Steps<boolean> {
  const { levels, locking, onMatch } = how;
  const level = levels[at];
  if (level === undefined) return onMatch(undefined);
  const isLast = at === levels.length - 1;
  const { source } = level;
  if ('rows' in source) {
    for (const values of source.rows(frame)) {
      frame.rows[level.slot] = values;
      if (!meetsAll(level, frame)) continue;
      if (!(isLast ? onMatch(undefined) : yield* visit(frame, how, at + 1))) return false;
    }
    return true;
  }
  const table = frame.database.table(source.table);
  for (const range of source.path.ranges(frame)) {
    const rows = new RangeScan(table, { level, path: source.path, range, locking }, frame);
    for (;;) {
      const row = locking === 'none' ? rows.nextVisible() : yield* rows.nextLocked();
      if (row === undefined) break;
      if (!(isLast ? onMatch(row) : yield* visit(frame, how, at + 1))) return false;
    }
  }
  return true;
}

function meetsAll({ conditions }: Level, frame: Frame): boolean {
  for (const condition of conditions) if (!isTrue(condition.evaluate(frame))) return false;
  return true;
}

interface RangeOptions {
  readonly level: Level;
  readonly path: AccessPath;
  readonly range: Range;
  readonly locking: Locking;
}

/** Goes through a range of an index, to rows that fulfil a level's conditions. */
class RangeScan {
  readonly #table: Table;
  readonly #options: RangeOptions;
  readonly #frame: Frame;
  #next: number;
  #end: number;

  constructor(table: Table, options: RangeOptions, frame: Frame) {
    this.#table = table;
    this.#options = options;
    this.#frame = frame;
    this.#next = this.#index.position(options.range.from);
    this.#end = this.#index.position(options.range.to);
  }

  nextVisible(): Row | undefined {
    const { transaction } = this.#frame;
    for (let entry = this.#take(); entry !== undefined; entry = this.#take()) {
      if (this.#fits(entry, entry.row.visibleTo(transaction))) return entry.row;
    }
    return undefined;
  }

  *nextLocked(): Steps<Row | undefined> {
    const { locking, path } = this.#options;
    const { transaction } = this.#frame;
    for (let entry = this.#take(); entry !== undefined; entry = this.#take()) {
      const { row } = entry;
      let outcome = transaction.tryLock(row, 'exclusive');
      if (outcome === 'conflict') {
        if (locking === 'skip') continue;
        if (locking === 'change' && path.finds === 'scan' && !this.#fits(entry, row.committed)) continue;
        yield transaction.waitFor(row, 'exclusive');
        outcome = 'new';
        // Other transactions have continued meanwhile, and may have changed the index.
        this.#next = this.#index.positionAfter(entry);
        this.#end = this.#index.position(this.#options.range.to);
      }
      if (this.#fits(entry, row.latest)) return row;
      if (outcome === 'new') transaction.unlock(row);
    }
    return undefined;
  }

  get #index() {
    return this.#table.indexes[this.#options.path.index] as Table['primary'];
  }

  #take(): Entry | undefined {
    return this.#next < this.#end ? this.#index.entries[this.#next++] : undefined;
  }

  /** Whether this version of the row is the one that the entry stands for, and fulfils the conditions. */
  #fits(entry: Entry, version: Values | null): boolean {
    if (version === null || !this.#index.isSamePlace(version, entry.version)) return false;
    this.#frame.rows[this.#options.level.slot] = version;
    return meetsAll(this.#options.level, this.#frame);
  }
}
