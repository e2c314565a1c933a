import type { MigrationInterface } from 'typeorm';
import { deleteOld } from '../retention.ts';
import type { Retention } from '../retention.ts';
import { freshDatabase } from './database.ts';

/** How long the rows of a table are promised to be kept, in ms, and how a row is made whose age counts from an instant. */
export type Promised = readonly [keepMs: number, rowFrom: (instant: Date) => object];

/**
 * Expects that a service deletes rows of its own tables when they are older than promised, and no sooner, and finds them by an
 * index. A running service only logs a mistake in its rules, and the table grows.
 * @param promised by table; exactly those that the rules name
 */
export async function expectRetention(
  migrations: (new () => MigrationInterface)[],
  rules: readonly Retention[],
  promised: Readonly<Record<string, Promised>>,
): Promise<void> {
  expect(rules.map(({ table }) => table)).toEqual(Object.keys(promised));
  const { database, drop } = await freshDatabase({ entities: [], migrations });
  const now = new Date();
  try {
    for (const { table, column } of rules) {
      const [keepMs, rowFrom] = promised[table] as Promised;
      const dueAt = now.getTime() - keepMs;
      const [young, old] = [rowFrom(new Date(dueAt)), rowFrom(new Date(dueAt - 1))];
      const rows = [young, old].map((row) => Object.values(row) as unknown[]);
      await database.query(`INSERT INTO ${table} (${Object.keys(young).join(', ')}) VALUES ?`, [rows]);
      await deleteOld(database.manager, rules, now);
      const left = await database.query(`SELECT ${column} AS instant FROM ${table}`);
      expect([table, left]).toEqual([table, [{ instant: new Date(dueAt) }]]);
      const indexes = `SHOW INDEX FROM ${table} WHERE Column_name = ? AND Seq_in_index = 1`;
      expect([table, await database.query(indexes, [column])]).not.toEqual([table, []]);
    }
  } finally {
    await drop();
  }
}
