import { join } from 'node:path';
import { openDatabase } from '@frontrow/kit/database';
import { createLogger } from '@frontrow/kit/log';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rootFolder } from './home.ts';
import { folderOf, subgraphs } from './layout.ts';
import type { Subgraph } from './layout.ts';
import { emptyDatabase } from './testing/empty-database.ts';

/*
 * The old release goes on selling while the migrations of the next one run. So no migration may block writes to a table that has
 * rows. For each change, the server is asked whether it can make it beside others' writes (ALGORITHM=INPLACE, LOCK=NONE; INSTANT
 * is even better). A migration that changes rows must do so elsewhere, a thousand at a time. Tables that the same migration makes
 * have no rows.
 */

/** Migrations that were released before this rule. They are never edited, and nothing may be added here. */
const released: readonly string[] = [
  'ListSessionsAndThrottle1760000010010: UPDATE sessions SET last_used_at = created_at',
  "AddOperatorsAndDeletions1760000010011: UPDATE users SET role_from = 'SETTINGS' WHERE role = 'OPERATOR'",
  "StopFollowingHolds1760000200004: DELETE FROM inbox WHERE consumer IN ( 'queue-on-reservation-created-v1', 'queue-on-reservation-cancelled-v1')",
  "NoteRefunds1760000400002: UPDATE reservations SET refunded_at = ended_at WHERE status = 'CANCELLED' AND payment_id IS NOT NULL AND refunded_at IS NULL",
];

const seen: string[] = [];

describe('a migration', () => {
  it.each(subgraphs)('of %s lets others write while it runs', async (subgraph) => {
    const locking = await lockingAmong(await migrationsOf(subgraph));
    seen.push(...locking);
    expect(locking.filter((each) => !released.includes(each))).toEqual([]);
  });

  it('is removed from the list once it is gone', () => {
    expect(released.filter((each) => !seen.includes(each))).toEqual([]);
  });

  it('is found out if it changes the type of a column, or every row', async () => {
    const found = await lockingAmong([MakeTable, LockTable]);
    expect(found).toEqual([
      'LockTable: ALTER TABLE fans MODIFY name INT NULL',
      'LockTable: UPDATE fans SET name = 1',
    ]);
  });
});

class MakeTable implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE fans (id INT PRIMARY KEY, name VARCHAR(20) NULL)');
    await runner.query('ALTER TABLE fans MODIFY name VARCHAR(10) NULL'); // the table has no rows yet
  }
  down = () => Promise.resolve();
}

class LockTable implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE fans ADD COLUMN age INT NULL');
    await runner.query('ALTER TABLE fans MODIFY name INT NULL');
    await runner.query('UPDATE fans SET name = 1');
    await runner.query('CREATE INDEX fans_name ON fans (name)');
  }
  down = () => Promise.resolve();
}

/**
 * Runs migrations on an empty database.
 * @returns the statements that would block others, one a line, with their migration
 */
async function lockingAmong(migrations: readonly (new () => MigrationInterface)[]): Promise<string[]> {
  const { url, drop } = await emptyDatabase();
  const database = await openDatabase({
    ...{ url, connections: 2, entities: [], migrations: [], log: createLogger('test', 'silent') },
  });
  const locking: string[] = [];
  try {
    for (const Migration of migrations) {
      const runner = database.createQueryRunner();
      const found = watch(runner);
      await new Migration().up(runner);
      await runner.release();
      locking.push(...found.map((sql) => `${Migration.name}: ${sql}`));
    }
    return locking;
  } finally {
    await database.destroy();
    await drop();
  }
}

/** Imported by path, because the code of the stack does not depend on services. */
async function migrationsOf(subgraph: Subgraph): Promise<readonly (new () => MigrationInterface)[]> {
  const file = join(rootFolder, folderOf(subgraph), 'src/storage/migrations.ts');
  return ((await import(file)) as { migrations: (new () => MigrationInterface)[] }).migrations;
}

/**
 * Checks for each statement, as it is executed, whether it would block others.
 * @returns the list of those that would, to which more are added as they are found
 */
function watch(runner: QueryRunner): string[] {
  const locking: string[] = [];
  const made = new Set<string>();
  const query = runner.query.bind(runner) as (sql: string, values?: unknown[]) => Promise<unknown>;
  runner.query = (async (sql: string, values?: unknown[]) => {
    const line = sql.trim().replace(/\s+/g, ' ');
    const table = /^CREATE TABLE (?:IF NOT EXISTS )?`?(\w+)/i.exec(line)?.[1];
    if (table !== undefined) made.add(table);
    const changed = changedTable(line);
    if (changed === undefined || made.has(changed)) return query(sql, values);
    if (/^(UPDATE|DELETE)/i.test(line)) locking.push(line);
    const beside = besideOthers(line);
    if (beside === undefined) return query(sql, values);
    try {
      return await query(beside, values);
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno !== notSupported && errno !== notSupportedBecause) throw error;
      locking.push(line);
      return query(sql, values);
    }
  }) as QueryRunner['query'];
  return locking;
}
const notSupported = 1845;
const notSupportedBecause = 1846;

const changedTable = (sql: string): string | undefined =>
  /^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX \S+ ON|DROP INDEX \S+ ON|UPDATE|DELETE FROM) `?(\w+)/i.exec(
    sql,
  )?.[1];

/** The same statement in a form that the server refuses if it would block others. */
function besideOthers(sql: string): string | undefined {
  if (/ALGORITHM\s*=/i.test(sql)) return sql;
  if (/^ALTER TABLE/i.test(sql)) return `${sql}, ALGORITHM=INPLACE, LOCK=NONE`;
  if (/^(CREATE (UNIQUE )?INDEX|DROP INDEX)/i.test(sql)) return `${sql} ALGORITHM=INPLACE LOCK=NONE`;
  return undefined;
}
