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
 * is even better), whatever the statement itself asks for. A migration that changes rows must do so elsewhere, a thousand at a
 * time. Tables that the same migration makes have no rows. A statement of a kind that is not named below is refused.
 */

/**
 * Migrations that were released before this rule. They are never edited. Nothing may be added here but the end of a table that
 * the release before does not use any more.
 */
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

  it('is found out if it blocks others, or takes a table away from the release before', async () => {
    expect(await lockingAmong([MakeTables, LockTables])).toEqual(
      locking.map((statement) => `LockTables: ${statement}`),
    );
  });

  it('may fill a table of its own, because others may write to the rows that it reads meanwhile', async () => {
    const { url, drop } = await emptyDatabase();
    const database = await openDatabase({
      ...{ url, connections: 2, entities: [], migrations: [], log: createLogger('test', 'silent') },
    });
    try {
      for (const statement of ['CREATE TABLE fans (id INT)', 'CREATE TABLE copies (id INT)'])
        await database.query(statement);
      await database.query('INSERT INTO fans VALUES (1), (2)');
      await database.transaction(async (migration) => {
        await migration.query('INSERT INTO copies SELECT id FROM fans');
        await database.query('UPDATE fans SET id = id + 10'); // on another connection
      });
      expect(await database.query('SELECT id FROM fans')).toMatchObject([{ id: 11 }, { id: 12 }]);
    } finally {
      await database.destroy();
      await drop();
    }
  });
});

class MakeTables implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE fans (id INT PRIMARY KEY, name VARCHAR(20) NULL)');
    // These tables have no rows yet.
    await runner.query('ALTER TABLE fans MODIFY name VARCHAR(10) NULL');
    await runner.query('ALTER TABLE fans MODIFY name VARCHAR(20) NULL, ALGORITHM=COPY');
    for (const name of ['bands', 'songs', 'halls'])
      await runner.query(`CREATE TABLE IF NOT EXISTS ${name} (id INT PRIMARY KEY)`);
  }
  down = () => Promise.resolve();
}

/** What others would notice, and why. */
const locking = [
  // These copy the table, and nobody writes meanwhile.
  'ALTER TABLE fans MODIFY name INT NULL',
  'ALTER TABLE fans ADD COLUMN height INT NULL, ALGORITHM=COPY',
  // The server could do without the lock, but is told not to.
  'ALTER TABLE fans ADD COLUMN weight INT NULL, ALGORITHM=INPLACE, LOCK=SHARED',
  'ALTER TABLE fans ADD COLUMN shoes INT NULL, LOCK=EXCLUSIVE',
  'CREATE INDEX fans_age ON fans (age) LOCK=SHARED',
  // These lock the rows that they change until all are changed.
  'UPDATE fans SET name = 1',
  'DELETE FROM fans WHERE name = 1',
  'INSERT INTO bands (id) SELECT id FROM fans',
  // These lock the table for a moment only, but afterwards the release before has lost it, or its rows.
  'RENAME TABLE songs TO lyrics',
  'ALTER TABLE halls RENAME TO venues',
  'ALTER TABLE fans RENAME COLUMN age TO years',
  'ALTER TABLE fans CHANGE weight mass INT NULL',
  'TRUNCATE TABLE bands',
  "CREATE TRIGGER fans_only_grow BEFORE DELETE ON fans FOR EACH ROW SIGNAL SQLSTATE '45000'",
  'DROP TABLE bands',
  // The lock is what they are for.
  'LOCK TABLES fans WRITE',
  'UNLOCK TABLES',
];

class LockTables implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE fans ADD COLUMN age INT NULL');
    await runner.query('ALTER TABLE fans ADD COLUMN eyes INT NULL, ALGORITHM=INSTANT');
    await runner.query('CREATE INDEX fans_name ON fans (name)');
    await runner.query('CREATE INDEX fans_eyes ON fans (eyes) ALGORITHM=INPLACE LOCK=NONE');
    await runner.query('INSERT INTO fans (id) VALUES (1)');
    await runner.query('CREATE TABLE copies (id INT PRIMARY KEY)');
    await runner.query('INSERT INTO copies (id) SELECT id FROM fans');
    await runner.query('DROP TABLE copies');
    for (const statement of locking) await runner.query(statement);
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
    if (made.has(changedTable(line) ?? '') || harmless.some((kind) => kind.test(line)))
      return query(sql, values);
    const beside = besideOthers(line);
    if (beside === undefined) {
      locking.push(line);
      return query(sql, values);
    }
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
  /^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX \S+ ON|DROP INDEX \S+ ON|CREATE TRIGGER \S+ (?:BEFORE|AFTER) \w+ ON|UPDATE|DELETE FROM|INSERT (?:IGNORE )?INTO|TRUNCATE TABLE|DROP TABLE(?: IF EXISTS)?|RENAME TABLE) `?(\w+)/i.exec(
    sql,
  )?.[1];

/** A new table, which nobody else uses yet; rows that the migration names, which nobody else has; and what only reads. */
const harmless = [/^CREATE TABLE /i, /^INSERT (?!.*\bSELECT\b)/i, /^(SELECT|SHOW) (?!.*\b(FOR|LOCK)\b)/i];

/** The same statement in a form that the server refuses if it would block others; undefined if it would in any case. */
function besideOthers(sql: string): string | undefined {
  const [, algorithm] = /\bALGORITHM ?=? ?(\w+)/i.exec(sql) ?? [];
  const [, lock] = /\bLOCK ?=? ?(\w+)/i.exec(sql) ?? [];
  if (/^COPY$/i.test(algorithm ?? '') || /^(SHARED|EXCLUSIVE)$/i.test(lock ?? '')) return undefined;
  if (/^ALTER TABLE \S+ (.* )?(RENAME (?!INDEX|KEY)|CHANGE )/i.test(sql)) return undefined;
  const isAlter = /^ALTER TABLE/i.test(sql);
  if (!isAlter && !/^(CREATE (UNIQUE )?INDEX|DROP INDEX)/i.test(sql)) return undefined;
  if (/^INSTANT$/i.test(algorithm ?? '')) return sql; // which takes no LOCK
  const asked = [
    ...(algorithm === undefined ? ['ALGORITHM=INPLACE'] : []),
    ...(lock === undefined ? ['LOCK=NONE'] : []),
  ];
  return [sql, ...asked].join(isAlter ? ', ' : ' ');
}
