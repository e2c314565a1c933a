import type { DataSource, EntityManager } from 'typeorm';
import { affectedRows } from './database.ts';
import type { Logger } from './log.ts';
import { repeat } from './repeat.ts';
import type { Repeating } from './repeat.ts';

/** Rows of `table` are deleted when the instant in `column`, which has an index, is `keepMs` ago. A row without an instant stays. */
export interface Retention {
  readonly table: string;
  readonly column: string;
  readonly keepMs: number;
}

export const days = (count: number): number => count * 24 * 60 * 60 * 1_000;

/** Few enough at a time that nobody waits for their locks. */
const rowsAtATime = 1_000;

/** Keeps tables small: each minute it deletes rows that can no longer change any answer. Any replica may do it. */
export const startRetention = (
  { manager }: DataSource,
  log: Logger,
  rules: readonly Retention[],
): Repeating =>
  repeat('deleting what is old', 60_000, log, async () => {
    let outcome: 'more' | 'done' = 'done';
    for (const rule of rules) {
      try {
        if ((await deleteOld(manager, [rule], new Date())) === 'more') outcome = 'more';
      } catch (error) {
        // A failure with one table must not let the others grow.
        log.error({ err: error, table: rule.table }, 'deleting what is old failed; it will be tried again');
      }
    }
    return outcome;
  });

/** @returns whether there may be more that is old enough */
export async function deleteOld(
  manager: EntityManager,
  rules: readonly Retention[],
  now: Date,
): Promise<'more' | 'done'> {
  let outcome: 'more' | 'done' = 'done';
  for (const { table, column, keepMs } of rules) {
    const before = new Date(now.getTime() - keepMs);
    const sql = `DELETE FROM ${table} WHERE ${column} < ? LIMIT ?`;
    if (affectedRows(await manager.query(sql, [before, rowsAtATime])) === rowsAtATime) outcome = 'more';
  }
  return outcome;
}
