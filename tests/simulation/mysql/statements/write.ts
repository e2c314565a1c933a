import { errors, NotSupported, ServerError } from '../errors.ts';
import type { Frame } from '../expressions/frame.ts';
import type { Mode } from '../storage/locks.ts';
import type { OrderedIndex } from '../storage/ordered-index.ts';
import type { ForeignKey, Reference, TableSchema } from '../storage/schema.ts';
import type { Steps } from './steps.ts';
import { Row } from '../storage/table.ts';
import type { Table } from '../storage/table.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Value, Values } from '../storage/types.ts';

// Changes of single rows, which keep unique and foreign keys valid.

/** Another row that has one of the unique keys already. */
export interface Twin {
  readonly row: Row;
  readonly index: OrderedIndex;
}

/**
 * Looks for a row that has a unique key of `values`, and locks it. Waits for transactions that are giving the key to a row, or
 * taking it away.
 * @param self the row that is to have these values, if it exists
 */
export function* findTwin(
  { transaction }: Frame,
  table: Table,
  { values, self, mode }: { values: Values; self?: Row; mode: Mode },
): Steps<Twin | undefined> {
  for (let i = 0; i < table.indexes.length; i++) {
    const index = table.indexes[i] as OrderedIndex;
    if (!index.schema.isUnique || index.schema.hasNull(values)) continue;
    const row = rowWithKey(index, values, { self, transaction });
    if (row === undefined) continue;
    const outcome = transaction.tryLock(row, mode);
    if (outcome === 'conflict') yield transaction.waitFor(row, mode);
    if (row.latest !== null && index.hasSameKey(row.latest, values)) return { row, index };
    if (outcome !== 'had') transaction.unlock(row);
    // The row no longer has the key. Others may have got a key meanwhile, so the search begins again.
    i = -1;
  }
  return undefined;
}

function rowWithKey(
  index: OrderedIndex,
  values: Values,
  { self, transaction }: { self: Row | undefined; transaction: Transaction },
): Row | undefined {
  const key = index.schema.columns.map((column) => values[column] as Value);
  const end = index.position({ key, isAfter: true });
  const has = (version: Values | null) => version !== null && index.hasSameKey(version, values);
  for (let at = index.position({ key, isAfter: false }); at < end; at++) {
    const { row } = index.entries[at] as { row: Row };
    const mayHaveIt = has(row.latest) || (row.writer !== transaction && has(row.committed));
    if (row !== self && mayHaveIt) return row;
  }
  return undefined;
}

export function duplicateEntry(table: Table, { index }: Twin, values: Values): ServerError {
  const key = index.schema.columns.map((column) => values[column]).join('-');
  const name = `${table.schema.name}.${index.schema.name}`;
  return new ServerError(errors.duplicateEntry, `Duplicate entry '${key}' for key '${name}'`);
}

/** Inserts a row that has no twin. */
export function* insertRow(frame: Frame, table: Table, values: Values): Steps<void> {
  const { transaction } = frame;
  for (const key of table.schema.foreignKeys) yield* lockParent(frame, { table: table.schema, key }, values);
  // A row that this transaction has deleted is used again.
  const deleted = rowDeletedBy(transaction, table, values);
  const row = deleted ?? new Row();
  transaction.tryLock(row, 'exclusive');
  transaction.write(table, row, values);
}

function rowDeletedBy(transaction: Transaction, { primary }: Table, values: Values): Row | undefined {
  const key = primary.schema.columns.map((column) => values[column] as Value);
  const entry = primary.entries[primary.position({ key, isAfter: false })];
  return entry?.row.writer === transaction && primary.hasSameKey(entry.version, values)
    ? entry.row
    : undefined;
}

/**
 * Changes a row that the transaction has locked.
 * @returns whether it is different now
 */
export function* updateRow(frame: Frame, table: Table, row: Row, values: Values): Steps<boolean> {
  const before = row.latest as Values;
  const hasChanged = (columns: readonly number[]) =>
    columns.some((column) => before[column] !== values[column]);
  if (values.every((value, column) => value === before[column])) return false;
  const { name, foreignKeys } = table.schema;
  for (const { key } of frame.database.schema.children(name)) {
    if (hasChanged(key.parentColumns.map(table.schema.position)))
      throw new NotSupported(`a new key for parents`);
  }
  for (const key of foreignKeys) {
    if (hasChanged(key.columns.map(table.schema.position)))
      yield* lockParent(frame, { table: table.schema, key }, values);
  }
  if (table.indexes.some(({ schema }) => schema.isUnique && hasChanged(schema.columns))) {
    const twin = yield* findTwin(frame, table, { values, self: row, mode: 'shared' });
    if (twin !== undefined) throw duplicateEntry(table, twin, values);
  }
  frame.transaction.write(table, row, values);
  return true;
}

/** Deletes a row that the transaction has locked, and the rows that depend on it. */
export function* deleteRow(frame: Frame, table: Table, row: Row): Steps<void> {
  const parent = row.latest as Values;
  for (const child of frame.database.schema.children(table.schema.name)) {
    yield* deleteChildren(frame, child, { table, parent });
  }
  frame.transaction.write(table, row, null);
}

function* deleteChildren(
  frame: Frame,
  { table: schema, key }: Reference,
  { table: parentTable, parent }: { table: Table; parent: Values },
): Steps<void> {
  const children = frame.database.table(schema.name);
  const parentColumns = key.parentColumns.map(parentTable.schema.position);
  const columns = key.columns.map(schema.position);
  const isChild = (version: Values | null) =>
    version !== null && columns.every((column, i) => version[column] === parent[parentColumns[i] as number]);
  for (const { row } of [...children.primary.entries]) {
    if (!isChild(row.latest) && !isChild(row.committed)) continue;
    const mode: Mode = key.onDelete === 'cascade' ? 'exclusive' : 'shared';
    if (frame.transaction.tryLock(row, mode) === 'conflict') yield frame.transaction.waitFor(row, mode);
    if (!isChild(row.latest)) continue;
    if (key.onDelete === 'restrict') throw foreignKeyFails(errors.parentHasChildren, schema, key);
    yield* deleteRow(frame, children, row);
  }
}

/** Makes sure that the row to which a foreign key refers exists, and stays. */
function* lockParent(frame: Frame, { table, key }: Reference, values: Values): Steps<void> {
  const wanted = key.columns.map((column) => values[table.position(column)] as Value);
  if (wanted.includes(null)) return;
  const parents = frame.database.table(key.parent);
  const columns = key.parentColumns.map(parents.schema.position);
  const index = parents.indexes.find(({ schema }) => schema.columns.join() === columns.join());
  if (index === undefined) throw new NotSupported(`a foreign key to ${key.parent} without an index`);
  const isParent = (version: Values | null) =>
    version !== null && index.schema.compareWithKey(version, wanted) === 0;
  const { transaction } = frame;
  const end = index.position({ key: wanted, isAfter: true });
  const found = index.entries.slice(index.position({ key: wanted, isAfter: false }), end);
  for (const { row } of found) {
    const outcome = transaction.tryLock(row, 'shared');
    if (outcome === 'conflict') yield transaction.waitFor(row, 'shared');
    if (isParent(row.latest)) return;
    if (outcome !== 'had') transaction.unlock(row);
  }
  throw foreignKeyFails(errors.noParent, table, key);
}

function foreignKeyFails(
  kind: typeof errors.noParent | typeof errors.parentHasChildren,
  table: TableSchema,
  key: ForeignKey,
) {
  return new ServerError(kind, `A foreign key constraint fails: '${table.name}', CONSTRAINT '${key.name}'`);
}
