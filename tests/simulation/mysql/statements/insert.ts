import { changed, compileAssignment, compileChanges, compileValue, RowRules } from './assignments.ts';
import type { Change } from './assignments.ts';
import { errors, NotSupported, ServerError } from '../errors.ts';
import type { Frame } from '../expressions/frame.ts';
import { Numbering } from './numbering.ts';
import type { Schema, TableSchema } from '../storage/schema.ts';
import { columnAt, insertedRow, Scope } from '../expressions/scope.ts';
import type { Compiled } from '../expressions/scope.ts';
import { Query } from './select.ts';
import type { Expression, Insert } from '../sql/syntax.ts';
import type { Steps } from './steps.ts';
import type { Table } from '../storage/table.ts';
import { given } from '../storage/types.ts';
import type { Value, Values } from '../storage/types.ts';
import { deleteRow, duplicateEntry, findTwin, insertRow, updateRow } from './write.ts';

/** The result of a statement that changes rows. */
export interface Written {
  readonly affectedRows: number;
  readonly insertId: number;
}

type Rows = (frame: Frame) => Steps<Values[]>;

/** An INSERT or REPLACE that is ready to run. */
export class Insertion {
  readonly #table: TableSchema;
  readonly #slot: number;
  readonly #rules: RowRules;
  readonly #rows: Rows;
  readonly #onDuplicate: 'fail' | 'ignore' | 'replace' | readonly Change[];
  readonly #insertedSlot: number;

  constructor({ table: name, columns, rows, onDuplicate }: Insert, schema: Schema) {
    const scope = new Scope(schema);
    this.#table = schema.table(name);
    this.#slot = scope.add(name, this.#table.columns);
    this.#insertedSlot = scope.add(insertedRow, this.#table.columns);
    this.#rules = new RowRules(this.#table, this.#slot, scope);
    const positions = columns?.map(this.#table.position) ?? [...this.#table.columns.keys()];
    this.#rows = compileRows(rows, { table: this.#table, positions }, scope);
    this.#onDuplicate =
      typeof onDuplicate === 'string' ? onDuplicate : compileChanges(onDuplicate, this.#table, scope);
  }

  /** Counts affected rows as MySQL does with the flag FOUND_ROWS, which mysql2 sets. */
  *run(frame: Frame): Steps<Written> {
    const table = frame.database.table(this.#table.name);
    const rows = yield* this.#rows(frame);
    const numbering = new Numbering(table, rows);
    let affectedRows = 0;
    for (const row of rows)
      affectedRows += yield* this.#add(frame, { table, numbering }, numbering.number(row));
    return { affectedRows, insertId: numbering.insertId };
  }

  *#add(
    frame: Frame,
    { table, numbering }: { table: Table; numbering: Numbering },
    row: Values,
  ): Steps<number> {
    this.#check(frame, row);
    const onDuplicate = this.#onDuplicate;
    const mode = onDuplicate === 'fail' || onDuplicate === 'ignore' ? 'shared' : 'exclusive';
    let affected = 1;
    for (;;) {
      const twin = yield* findTwin(frame, table, { values: row, mode });
      if (twin === undefined) break;
      if (onDuplicate === 'fail') throw duplicateEntry(table, twin, row);
      if (onDuplicate === 'ignore') return 0;
      if (onDuplicate !== 'replace') {
        frame.rows[this.#insertedSlot] = row;
        const after = changed(frame, this.#slot, twin.row.latest as Values, onDuplicate);
        this.#check(frame, after);
        if (!(yield* updateRow(frame, table, twin.row, after))) return 1;
        numbering.updated(after);
        return 2;
      }
      yield* deleteRow(frame, table, twin.row);
      affected++;
    }
    yield* insertRow(frame, table, row);
    numbering.inserted(row);
    return affected;
  }

  #check(frame: Frame, values: Values): void {
    try {
      this.#rules.check(frame, values);
    } catch (error) {
      if (this.#onDuplicate !== 'ignore' || !(error instanceof ServerError)) throw error;
      // MySQL would change the value so that it fits, or leave out the row.
      throw new NotSupported(`INSERT IGNORE of what strict mode refuses: ${error.message}`);
    }
  }
}

/** Where the rows come from: VALUES, an array in a placeholder, or a query. */
function compileRows(rows: Insert['rows'], into: Into, scope: Scope): Rows {
  if (!('kind' in rows)) {
    const compiled = rows.map((row) =>
      rowOf(
        into,
        row.map((value) => compileValue(value, scope)),
      ),
    );
    // eslint-disable-next-line require-yield
    return function* (frame) {
      return compiled.map((row) => row(frame));
    };
  }
  const query = rows.kind === 'select' ? new Query(rows, scope) : undefined;
  const types = query?.columns.map(({ type }) => type) ?? into.positions.map(() => given);
  const slot = scope.add('', []);
  const row = rowOf(
    into,
    types.map((type, i) => columnAt(slot, i, type)),
  );
  return function* (frame) {
    const found = query === undefined ? bulk(frame, rows as Bulk) : yield* query.run(frame);
    return found.map((values) => {
      frame.rows[slot] = values;
      return row(frame);
    });
  };
}

type Bulk = Extract<Expression, { kind: 'parameter' }>;

function bulk({ parameters }: Frame, { index }: Bulk): Values[] {
  const rows = parameters[index];
  if (Array.isArray(rows) && rows.length > 0 && rows.every((row) => Array.isArray(row)))
    return rows as Values[];
  throw new ServerError(errors.syntax, 'VALUES without rows');
}

interface Into {
  readonly table: TableSchema;
  /** The columns that are given values. */
  readonly positions: readonly number[];
}

function rowOf(
  { table, positions }: Into,
  values: readonly (Compiled | undefined)[],
): (frame: Frame) => Value[] {
  if (values.length !== positions.length)
    throw new NotSupported('a row with more or fewer values than columns');
  const assignments = table.columns.map((column, position) => {
    const at = positions.indexOf(position);
    return compileAssignment(column, at < 0 ? undefined : values[at]);
  });
  return (frame) => assignments.map((assign) => assign(frame));
}
