import type { EntityManager, EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { affectedRows } from './database.ts';

/** A row, or some columns of one, by the columns' names. All rows of a call have the same columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Inserts rows by one statement; none at all when one of them is there already, which `isDuplicate` tells. */
export async function insertRows(manager: EntityManager, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await manager.query(insertInto(table, rows), [valuesOf(rows)]);
}

/**
 * Inserts by one statement those rows that are not there yet, and leaves the others as they are. It locks both for this
 * transaction at once: INSERT IGNORE would share the lock of what is there, and two transactions that go on to change it would
 * meet in a deadlock; besides, it would make values fit that do not.
 */
export async function insertMissingRows(
  manager: EntityManager,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const [column] = Object.keys(rows[0] ?? {});
  if (column === undefined) return;
  const keep = `ON DUPLICATE KEY UPDATE ${table}.${column} = ${table}.${column}`;
  await manager.query(`${insertInto(table, rows)} ${keep}`, [valuesOf(rows)]);
}

/**
 * Gives each of these rows values of its own, by one statement. Neither `INSERT … AS` nor a list of values to join with is SQL
 * that both MySQL and MariaDB know; this is.
 * @param key the column that tells rows apart, and is unique
 * @param were what some columns of the same rows are to be until now, in the same order
 * @throws when one of them is not there, or not so: who changes many rows has found and locked them
 */
export async function updateRows(
  manager: EntityManager,
  table: string,
  key: string,
  rows: readonly Row[],
  were: readonly Row[] = [],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const keys = rows.map((row) => row[key]);
  const parameters: unknown[] = [];
  const each = (column: string, among: readonly Row[]) => {
    parameters.push(
      keys,
      among.map((row) => row[column]),
    );
    return `${column} = ELT(FIELD(${key}, ?), ?)`;
  };
  const changes = columnsBut(key, first).map((column) => each(column, rows));
  parameters.push(keys);
  const conditions = columnsBut(key, were[0] ?? {}).map((column) => ` AND ${each(column, were)}`);
  const result: unknown = await manager.query(
    `UPDATE ${table} SET ${changes.join(', ')} WHERE ${key} IN (?)${conditions.join('')}`,
    parameters,
  );
  if (affectedRows(result) !== rows.length) {
    throw new Error(`a row of ${table} that was to be changed is not there, or not as it was`);
  }
}

const columnsBut = (key: string, row: Row) => Object.keys(row).filter((column) => column !== key);

const insertInto = (table: string, [first = {}]: readonly Row[]) =>
  `INSERT INTO ${table} (${Object.keys(first).join(', ')}) VALUES ?`;

/** In the order of the first row's columns. */
function valuesOf(rows: readonly Row[]): unknown[][] {
  const columns = Object.keys(rows[0] ?? {});
  return rows.map((row) => columns.map((column) => row[column]));
}

/** The columns of an entity's table, for a SELECT whose rows have the entity's names. */
export const columnsOf = <Entity>(entity: EntitySchema<Entity>): string =>
  Object.keys(entity.options.columns)
    .map((property) => `${columnOf(entity, property)} AS ${property}`)
    .join(', ');

/** Makes an entity, or a part of one, a row of its table. */
export const inColumns =
  <Entity extends object>(entity: EntitySchema<Entity>) =>
  (part: Partial<Entity>): Row =>
    Object.fromEntries(
      Object.entries(part).map(([property, value]): [string, unknown] => [columnOf(entity, property), value]),
    );

function columnOf<Entity>({ options }: EntitySchema<Entity>, property: string): string {
  const columns: Readonly<Record<string, EntitySchemaColumnOptions | undefined>> = options.columns;
  return columns[property]?.name ?? property;
}
