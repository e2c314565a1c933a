import type { EntityManager, EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { affectedRows } from './database.ts';

/** A row, or some of its columns, by the columns' names. All rows of a call have the same columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Inserts rows by one statement, or none when one of them exists already; `isDuplicate` recognises that error. */
export async function insertRows(manager: EntityManager, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await manager.query(insertInto(table, rows), [valuesOf(rows)]);
}

/**
 * Inserts by one statement the rows that do not exist yet, and leaves the others unchanged. It locks both kinds for this
 * transaction at once. INSERT IGNORE would take a shared lock on existing rows, and two transactions that go on to change them would
 * deadlock; it would also silently truncate values that do not fit.
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
 * Gives each of these rows values of its own, by one statement. MySQL and MariaDB both know this SQL; they do not both know
 * `INSERT … AS` or a list of values to join with.
 * @param key the unique column that identifies rows
 * @param were the present values of some columns of the same rows, in the same order
 * @throws when a row is missing or has other values: the caller must have found and locked them
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

/** The values in the order of the first row's columns. */
function valuesOf(rows: readonly Row[]): unknown[][] {
  const columns = Object.keys(rows[0] ?? {});
  return rows.map((row) => columns.map((column) => row[column]));
}

/** The columns of an entity's table, for a SELECT whose rows have the entity's field names. */
export const columnsOf = <Entity>(entity: EntitySchema<Entity>): string =>
  Object.keys(entity.options.columns)
    .map((property) => `${columnOf(entity, property)} AS ${property}`)
    .join(', ');

/** Turns an entity, or a part of one, into a row of its table. */
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
