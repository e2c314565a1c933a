import { changed, compileChanges, RowRules } from './assignments.ts';
import type { Change } from './assignments.ts';
import { compile } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import type { Written } from './insert.ts';
import { conjuncts, plan, visit } from './scan.ts';
import type { Level, Locking } from './scan.ts';
import type { Schema } from '../storage/schema.ts';
import { Scope } from '../expressions/scope.ts';
import type { Compiled } from '../expressions/scope.ts';
import { planSource } from './sources.ts';
import type { Delete, Expression, Source, Update } from '../sql/syntax.ts';
import type { Steps } from './steps.ts';
import type { Row } from '../storage/table.ts';
import type { Values } from '../storage/types.ts';
import { deleteRow, updateRow } from './write.ts';

/** The rows of one table that a statement is to change. */
class Target {
  readonly scope: Scope;
  readonly slot: number;
  readonly #levels: readonly Level[];
  readonly #locking: Locking;

  constructor(
    source: Source,
    where: Expression | undefined,
    { schema, locking }: { schema: Schema; locking: Locking },
  ) {
    this.scope = new Scope(schema);
    const planned = planSource(source, this.scope);
    this.slot = planned.slot;
    this.#levels = plan([planned], conjuncts(where), this.scope).levels;
    this.#locking = locking;
  }

  /** Locks all rows, or up to `most`, before the first is changed, so that none is found a second time after its change. */
  *lock(frame: Frame, most: number): Steps<Row[]> {
    const rows: Row[] = [];
    const onMatch = (row: Row | undefined) => {
      rows.push(row as Row);
      return rows.length < most;
    };
    if (most > 0) yield* visit(frame, { levels: this.#levels, locking: this.#locking, onMatch });
    return rows;
  }
}

/** An UPDATE that is ready to run. */
export class Updating {
  readonly #table: string;
  readonly #target: Target;
  readonly #changes: readonly Change[];
  readonly #rules: RowRules;

  constructor({ source, where, assignments }: Update, schema: Schema) {
    this.#table = source.from as string;
    this.#target = new Target(source, where, { schema, locking: 'change' });
    const { scope, slot } = this.#target;
    const table = schema.table(this.#table);
    this.#changes = compileChanges(assignments, table, scope);
    this.#rules = new RowRules(table, slot, scope);
  }

  /** Counts the rows that it found, whether or not they have changed, because mysql2 sets the flag FOUND_ROWS. */
  *run(frame: Frame): Steps<Written> {
    const table = frame.database.table(this.#table);
    const rows = yield* this.#target.lock(frame, Infinity);
    for (const row of rows) {
      const after = changed(frame, this.#target.slot, row.latest as Values, this.#changes);
      this.#rules.check(frame, after);
      yield* updateRow(frame, table, row, after);
    }
    return { affectedRows: rows.length, insertId: 0 };
  }
}

/** A DELETE that is ready to run. */
export class Deletion {
  readonly #table: string;
  readonly #target: Target;
  readonly #limit: Compiled | undefined;

  constructor({ source, where, limit }: Delete, schema: Schema) {
    this.#table = source.from as string;
    this.#target = new Target(source, where, { schema, locking: 'wait' });
    this.#limit = limit && compile(limit, this.#target.scope);
  }

  *run(frame: Frame): Steps<Written> {
    const table = frame.database.table(this.#table);
    const most = this.#limit === undefined ? Infinity : Number(this.#limit.evaluate(frame));
    const rows = yield* this.#target.lock(frame, most);
    // A row may have been deleted already, together with its parent.
    for (const row of rows) if (row.latest !== null) yield* deleteRow(frame, table, row);
    return { affectedRows: rows.length, insertId: 0 };
  }
}
