import { compare, compile, isAggregate, isTrue, listOf } from './expressions.ts';
import type { CompiledSelect, Context, Evaluate, Scope } from './expressions.ts';
import type { Create, Delete, Definition, Expression, Insert, Select, Statement, Update } from './parser.ts';
import { newest, SqlError, Table, visible } from './tables.ts';
import type { Entry, Row, Transaction } from './tables.ts';

/** Who executes, and what of it is special: nothing is, in a subselect, but the outer rows. */
export interface Execution {
  readonly tables: Map<string, Table>;
  readonly transaction: Transaction;
  readonly context: Context;
}

export interface Affected {
  readonly affectedRows: number;
  readonly insertId: number;
}

export type Compiled = (execution: Execution) => readonly Row[] | Affected;

/** @param tables the definitions to compile against; the rows are those of the execution */
export function compileStatement(statement: Statement, tables: ReadonlyMap<string, Table>): Compiled {
  switch (statement.kind) {
    case 'select':
      return compileRead(statement, tables);
    case 'insert':
      return compileInsert(statement, tables);
    case 'update':
      return compileUpdate(statement, tables);
    case 'delete':
      return compileDelete(statement, tables);
    case 'create':
    case 'alter':
      return (execution) => define(statement, execution);
    case 'nothing':
      return () => affected(0);
    default:
      return statement satisfies never;
  }
}

const affected = (affectedRows: number, insertId = 0): Affected => ({ affectedRows, insertId });

function tableOf(tables: ReadonlyMap<string, Table>, name: string): Table {
  const table = tables.get(name);
  if (table === undefined) throw new SqlError(1146, 'ER_NO_SUCH_TABLE', `Table '${name}' doesn't exist`);
  return table;
}

function define({ kind, table: name, ...more }: Create, { tables }: Execution): Affected {
  const before = tables.get(name)?.definition;
  if (kind === 'create' && before !== undefined) return affected(0);
  const all = before ?? { columns: [], keys: [], checks: [] };
  const definition: Definition = {
    columns: [...all.columns, ...more.columns],
    keys: [...all.keys, ...more.keys],
    checks: [...all.checks, ...more.checks],
  };
  tables.set(name, new Table(name, definition));
  return affected(0);
}

function scopeOf(tables: ReadonlyMap<string, Table>, from: Select['from'], outer?: Scope): Scope {
  const firstSlot = outer === undefined ? 0 : 1 + Math.max(-1, ...outer.tables.map(({ slot }) => slot));
  const scope: Scope = {
    tables: from.map(({ name, alias }, index) => ({
      alias,
      slot: firstSlot + index,
      table: tableOf(tables, name),
    })),
    outer,
    compileSelect: (select, around) => compileSelect(select, tables, around),
  };
  return scope;
}

/** Rows of a table that may fulfil the condition: by primary key where it names that, else all. */
type Candidates = (execution: Execution) => readonly Entry[];

function candidatesOf(name: string, table: Table, where: Expression | undefined, scope: Scope): Candidates {
  const keys = table.primary.map((column) => valuesFor(column, where, scope));
  if (keys.some((one) => one === undefined)) return ({ tables }) => tableOf(tables, name).entries;
  return ({ tables, context }) => {
    const own = tableOf(tables, name);
    let found: unknown[][] = [[]];
    for (const values of keys) {
      const given = values?.(context) ?? [];
      found = found.flatMap((before) => given.map((value) => [...before, value]));
    }
    const unique = new Set(found.map((values) => own.keyOf(values)));
    const entries = [...unique].sort().map((key) => own.find(key));
    return entries.filter((entry) => entry !== undefined);
  };
}

/** What `column = …` or `column IN (…)`, among conditions that must all be, leaves of its values. */
function valuesFor(
  column: string,
  where: Expression | undefined,
  scope: Scope,
): ((context: Context) => unknown[]) | undefined {
  if (where === undefined) return undefined;
  if (where.kind === 'operator' && where.operator === 'AND') {
    for (const one of where.args) {
      const values = valuesFor(column, one, scope);
      if (values !== undefined) return values;
    }
    return undefined;
  }
  const isColumn = (one: Expression | undefined) => one?.kind === 'column' && one.name === column;
  if (where.kind === 'in' && !where.not && isColumn(where.value)) return listOf(where.among, scope);
  if (where.kind !== 'operator' || where.operator !== '=' || !isColumn(where.args[0])) return undefined;
  const value = where.args[1] as Expression;
  return value.kind === 'placeholder' || value.kind === 'value' ? listOf([value], scope) : undefined;
}

function compileRead(select: Select, tables: ReadonlyMap<string, Table>): Compiled {
  const compiled = compileSelect(select, tables);
  return (execution) => compiled.run(execution);
}

interface RunnableSelect extends CompiledSelect {
  readonly run: (execution: Execution) => readonly Row[];
}

function compileSelect(select: Select, tables: ReadonlyMap<string, Table>, outer?: Scope): RunnableSelect {
  const scope = scopeOf(tables, select.from, outer);
  const rowsOf = joinOf(select, scope);
  const columns = select.columns.map(({ value, alias }) => ({ alias, value: compile(value, scope) }));
  const limit = select.limit && compile(select.limit, scope);
  const order = select.orderBy.map(({ value, isDescending }) => {
    const alias = value.kind === 'column' && value.table === undefined ? value.name : undefined;
    const aliased = select.columns.find((column) => column.alias === alias);
    return { value: compile(aliased?.value ?? value, scope), isDescending };
  });
  const groupBy = select.groupBy.map((one) => compile(one, scope));
  const isGrouped = groupBy.length > 0 || select.columns.some(({ value }) => isAggregate(value));
  const run = (execution: Execution): Row[] => {
    const { context } = execution;
    let found = rowsOf(execution);
    const at = (rows: Found) => ({ ...context, rows: rows.rows });
    if (order.length > 0) {
      const keyed = found.map((one) => ({ one, keys: order.map(({ value }) => value(at(one))) }));
      keyed.sort((a, b) => byKeys(a.keys, b.keys, order));
      found = keyed.map(({ one }) => one);
    }
    const most = limit === undefined ? Infinity : Number(limit(context));
    if (!isGrouped) found = lockUpTo(found, most, select.lock, execution);
    const project = (given: Context) =>
      Object.fromEntries(columns.map(({ alias, value }) => [alias, value(given)] as const));
    if (!isGrouped) return found.map((one) => project(at(one)));
    return groupsOf(found, groupBy, context).map((group) =>
      project({ ...context, rows: group[0]?.rows ?? context.rows, group: group.map(({ rows }) => rows) }),
    );
  };
  return { select, scope, run };
}

/** A row of each table of a join. */
interface Found {
  readonly rows: (Row | undefined)[];
  /** Of the first table: what FOR UPDATE locks. */
  readonly entry: Entry | undefined;
}

function joinOf(select: Select, scope: Scope): (execution: Execution) => Found[] {
  const { from, where, lock } = select;
  const condition = where && compile(where, scope);
  const [first, ...joined] = from;
  if (first === undefined) return ({ context }) => [{ rows: context.rows, entry: undefined }];
  const { slot, table } = scope.tables[0] as Scope['tables'][number];
  const candidates = candidatesOf(first.name, table, joined.length === 0 ? where : undefined, scope);
  const joins = joined.map(({ name, on, isLeft }, index) => ({
    name,
    isLeft,
    slot: slot + 1 + index,
    on: on && compile(on, scope),
  }));
  return (execution) => {
    const { context, transaction, tables } = execution;
    const meets = (rows: Found['rows'], test: Evaluate | undefined) =>
      test === undefined || isTrue(test({ ...context, rows })) === true;
    let found: Found[] = [];
    for (const entry of candidates(execution)) {
      for (const row of versionsOf(entry, lock, transaction)) {
        if (row === null) continue;
        const rows = withRow(context.rows, slot, row);
        if (joins.length > 0 || meets(rows, condition)) {
          found.push({ rows, entry });
          break;
        }
      }
    }
    for (const { name, on, isLeft, slot: own } of joins) {
      found = found.flatMap(({ rows, entry }) => {
        const matching = tableOf(tables, name)
          .entries.map((other) => visible(other, transaction))
          .filter((row) => row !== null)
          .map((row) => withRow(rows, own, row))
          .filter((all) => meets(all, on));
        const all = matching.length === 0 && isLeft ? [rows] : matching;
        return all.map((one) => ({ rows: one, entry }));
      });
    }
    return joins.length === 0 ? found : found.filter(({ rows }) => meets(rows, condition));
  };
}

/** What a read looks at. One that locks has to wait for what others are doing, whichever way that ends. */
function versionsOf(entry: Entry, lock: Select['lock'], transaction: Transaction): (Row | null)[] {
  if (lock === 'none') return [visible(entry, transaction)];
  const isOthers = entry.owner !== undefined && entry.owner !== transaction;
  return isOthers ? [newest(entry), entry.committed] : [newest(entry)];
}

function withRow(rows: Found['rows'], slot: number, row: Row): Found['rows'] {
  const all = [...rows];
  all[slot] = row;
  return all;
}

function byKeys(
  a: readonly unknown[],
  b: readonly unknown[],
  order: readonly { isDescending: boolean }[],
): number {
  for (const [index, { isDescending }] of order.entries()) {
    const [left, right] = [a[index] ?? null, b[index] ?? null];
    // NULL is less than anything.
    const result =
      left === null || right === null ? Number(right === null) - Number(left === null) : compare(left, right);
    if (result !== 0) return isDescending ? -result : result;
  }
  return 0;
}

/** The first rows, locked where the statement locks; it skips, or waits for, those that somebody else has. */
function lockUpTo(found: Found[], most: number, lock: Select['lock'], { transaction }: Execution): Found[] {
  if (lock === 'none') return most === Infinity ? found : found.slice(0, most);
  const isFree = ({ entry }: Found) => entry?.owner === undefined || entry.owner === transaction;
  const wanted = (lock === 'skip' ? found.filter(isFree) : found).slice(0, most);
  for (const { entry } of wanted) if (entry !== undefined) transaction.lock(entry);
  return wanted;
}

function groupsOf(found: readonly Found[], by: readonly Evaluate[], context: Context): Found[][] {
  if (by.length === 0) return [[...found]];
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = JSON.stringify(by.map((value) => value({ ...context, rows: one.rows })));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** @throws SqlError when the row breaks a CHECK of its table */
function checkRow(checks: readonly Evaluate[], row: Row, context: Context): void {
  for (const check of checks) {
    if (isTrue(check({ ...context, rows: [row] })) === false) {
      throw new SqlError(3819, 'ER_CHECK_CONSTRAINT_VIOLATED', 'Check constraint is violated.');
    }
  }
}

/** Another row that has the same unique key. @throws MustWait when that is not decided yet */
function twinOf(
  table: Table,
  row: Row,
  self: Entry | undefined,
  transaction: Transaction,
): { entry: Entry; key: readonly string[] } | undefined {
  for (const { isPrimary, columns } of table.definition.keys) {
    const values = columns.map((column) => row[column] ?? null);
    if (values.includes(null)) continue;
    const primary = isPrimary ? table.find(table.keyOf(values)) : undefined;
    const candidates = isPrimary ? (primary === undefined ? [] : [primary]) : table.entries;
    for (const entry of candidates) {
      if (entry === self) continue;
      const has = (version: Row | null | undefined) =>
        version != null &&
        columns.every((column, index) => compare(version[column] ?? null, values[index]) === 0);
      if (!has(newest(entry)) && !has(entry.committed)) continue;
      // Also when it is being deleted, or its key is: that may be undone.
      transaction.lock(entry);
      if (has(newest(entry))) return { entry, key: columns };
    }
  }
  return undefined;
}

const duplicate = (table: Table, key: readonly string[]) =>
  new SqlError(1062, 'ER_DUP_ENTRY', `Duplicate entry for key '${table.name}.${key.join('_')}'`);

function compileInsert(insert: Insert, tables: ReadonlyMap<string, Table>): Compiled {
  const { table: name, columns, isIgnoring } = insert;
  const table = tableOf(tables, name);
  const scope = scopeOf(tables, [{ name, alias: name, on: undefined, isLeft: false }]);
  const rowsOf = compileRows(insert, tables, scope);
  const checks = table.definition.checks.map((one) => compile(one, scope));
  const onDuplicate = insert.onDuplicate.map(({ column, value }) => ({
    column,
    value: compile(value, scope),
  }));
  return (execution) => {
    const own = tableOf(execution.tables, name);
    const { transaction, context } = execution;
    let [count, insertId] = [0, 0];
    for (const values of rowsOf(execution)) {
      const row: Row = {};
      for (const column of own.definition.columns) {
        const given = columns.indexOf(column.name);
        let value = given === -1 ? undefined : values[given];
        if (value === undefined)
          value = column.isAutoIncrement ? own.nextNumber() : (column.byDefault ?? null);
        row[column.name] = own.keep(column, value);
        if (column.isAutoIncrement) insertId ||= Number(row[column.name]);
      }
      checkRow(checks, row, context);
      const twin = twinOf(own, row, undefined, transaction);
      if (twin === undefined) {
        transaction.insert(own, row);
        count++;
      } else if (onDuplicate.length > 0) {
        context.inserting = row;
        count += assign(own, twin.entry, onDuplicate, checks, execution) ? 2 : 1;
      } else if (!isIgnoring) throw duplicate(own, twin.key);
    }
    return affected(count, insertId);
  };
}

function compileRows(
  { rows }: Insert,
  tables: ReadonlyMap<string, Table>,
  scope: Scope,
): (execution: Execution) => unknown[][] {
  if ('kind' in rows && rows.kind === 'select') {
    const select = compileSelect(rows, tables);
    return (execution) => select.run(execution).map((row) => Object.values(row));
  }
  if ('kind' in rows) {
    const all = compile(rows, scope);
    return ({ context }) => all(context) as unknown[][];
  }
  const compiled = rows.map((row) => row.map((value) => value && compile(value, scope)));
  return ({ context }) => compiled.map((row) => row.map((value) => value?.(context)));
}

interface CompiledAssignment {
  readonly column: string;
  readonly value: Evaluate;
}

/** Changes a row, from the left to the right. @returns whether that made it another one */
function assign(
  table: Table,
  entry: Entry,
  assignments: readonly CompiledAssignment[],
  checks: readonly Evaluate[],
  { transaction, context }: Execution,
): boolean {
  const before = newest(entry) as Row;
  const row = { ...before };
  for (const { column, value } of assignments) {
    const definition = table.definition.columns.find(({ name }) => name === column);
    if (definition === undefined)
      throw new SqlError(1054, 'ER_BAD_FIELD_ERROR', `Unknown column '${column}'`);
    row[column] = table.keep(definition, value({ ...context, rows: [row] }));
  }
  const changed = assignments.filter(
    ({ column }) => row[column] !== before[column] && compare(row[column], before[column]) !== 0,
  );
  if (changed.length === 0) return false;
  checkRow(checks, row, context);
  const isKeyChanged = table.definition.keys.some(({ columns }) =>
    changed.some(({ column }) => columns.includes(column)),
  );
  const twin = isKeyChanged ? twinOf(table, row, entry, transaction) : undefined;
  if (twin !== undefined) throw duplicate(table, twin.key);
  transaction.change(table, entry, row);
  return true;
}

/** The rows that the statement is about, all of them locked. @throws MustWait while one cannot be */
function lockMatching(
  entries: readonly Entry[],
  condition: Evaluate | undefined,
  { context, transaction }: Execution,
): Entry[] {
  const meets = (row: Row | null) =>
    row !== null && (condition === undefined || isTrue(condition({ ...context, rows: [row] })) === true);
  const matching: Entry[] = [];
  for (const entry of entries) {
    if (!meets(newest(entry)) && !(entry.owner !== transaction && meets(entry.committed))) continue;
    transaction.lock(entry);
    matching.push(entry);
  }
  return matching;
}

function compileUpdate({ table: name, set, where }: Update, tables: ReadonlyMap<string, Table>): Compiled {
  const scope = scopeOf(tables, [{ name, alias: name, on: undefined, isLeft: false }]);
  const table = tableOf(tables, name);
  const condition = where && compile(where, scope);
  const candidates = candidatesOf(name, table, where, scope);
  const assignments = set.map(({ column, value }) => ({ column, value: compile(value, scope) }));
  const checks = table.definition.checks.map((one) => compile(one, scope));
  return (execution) => {
    const entries = lockMatching(candidates(execution), condition, execution);
    for (const entry of entries)
      assign(tableOf(execution.tables, name), entry, assignments, checks, execution);
    // Rows found, changed or not: the driver asks for that.
    return affected(entries.length);
  };
}

function compileDelete({ table: name, where, limit }: Delete, tables: ReadonlyMap<string, Table>): Compiled {
  const scope = scopeOf(tables, [{ name, alias: name, on: undefined, isLeft: false }]);
  const condition = where && compile(where, scope);
  const candidates = candidatesOf(name, tableOf(tables, name), where, scope);
  const most = limit && compile(limit, scope);
  return (execution) => {
    const { transaction, context, tables: own } = execution;
    const all = lockMatching(candidates(execution), condition, execution);
    const entries = most === undefined ? all : all.slice(0, Number(most(context)));
    for (const entry of entries) transaction.change(tableOf(own, name), entry, null);
    return affected(entries.length);
  };
}

/** How a subselect is run, in the rows of the statement around it. */
export const selectWithin =
  (tables: Map<string, Table>, transaction: Transaction): Context['select'] =>
  (compiled, context) =>
    (compiled as RunnableSelect).run({ tables, transaction, context });
