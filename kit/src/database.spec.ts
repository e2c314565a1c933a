import { jest } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { setTimeout as pause } from 'node:timers/promises';
import {
  affectedRows,
  FoundChanged,
  isDuplicate,
  isTransient,
  openDatabase,
  transaction,
} from './database.ts';
import { createLogger } from './log.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';

class CreateCounters1760000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE counters (id INT PRIMARY KEY, n BIGINT NOT NULL) ENGINE=InnoDB');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE counters');
  }
}
/** Cannot run twice, and leaves time for another one to try. */
class FillCounters1760000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT SLEEP(0.2)');
    await runner.query('INSERT INTO counters (id, n) VALUES (1, 0), (2, 0)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM counters');
  }
}
const migrations = [CreateCounters1760000000001, FillCounters1760000000002];
const log = createLogger('test', 'silent');

let own: TestDatabase;
let database: DataSource;
beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations: [] });
  database = own.database;
  // Replicas that start at once on an empty database.
  const options = { url: own.url, connections: 2, entities: [], migrations, log };
  const replicas = await Promise.all([1, 2, 3].map(() => openDatabase(options)));
  await Promise.all(replicas.map((replica) => replica.destroy()));
});
afterAll(() => own.drop());
beforeEach(() => database.query('UPDATE counters SET n = 0'));

const increment = (id: number) => `UPDATE counters SET n = n + 1 WHERE id = ${String(id)}`;
const counters = async () => {
  const rows = await database.query<{ n: string }[]>('SELECT n FROM counters ORDER BY id');
  return rows.map(({ n }) => Number(n));
};
/** Two parties, each of which waits here for the other one, the first time. */
function meetingPoint() {
  let arrived = 0;
  let open: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (open = resolve));
  return async () => {
    if (++arrived === 2) open();
    await both;
  };
}

describe('a database', () => {
  it('is migrated once when replicas start at the same moment', async () => {
    expect(await counters()).toEqual([0, 0]);
    expect(await database.query('SELECT name FROM migrations ORDER BY id')).toEqual(
      migrations.map(({ name }) => ({ name })),
    );
  });

  it('is opened by who only checks when all migrations have run, also those that it does not know', async () => {
    const options = { url: own.url, connections: 2, entities: [], log };
    for (const known of [migrations, migrations.slice(0, 1)]) {
      const checked = await openDatabase({ ...options, migrations: known, pending: 'refuse' });
      await checked.destroy();
    }
  });

  it('is not opened by who only checks before all migrations have run, and nothing is changed', async () => {
    class Later1760000000009 implements MigrationInterface {
      up = (runner: QueryRunner) => runner.query('CREATE TABLE later (id INT PRIMARY KEY)') as Promise<void>;
      down = (runner: QueryRunner) => runner.query('DROP TABLE later') as Promise<void>;
    }
    const all = [...migrations, Later1760000000009];
    const options = { url: own.url, connections: 2, entities: [], migrations: all, log };
    await expect(openDatabase({ ...options, pending: 'refuse' })).rejects.toThrow('MIGRATIONS=only');
    expect(await database.query(`SHOW TABLES LIKE 'later'`)).toEqual([]);
  });

  it('that cannot be migrated is not opened', async () => {
    class Broken1760000000003 implements MigrationInterface {
      up(runner: QueryRunner): Promise<void> {
        return runner.query('CREATE TABEL x') as Promise<void>;
      }
      down = () => Promise.resolve();
    }
    const opening = openDatabase({
      url: own.url,
      connections: 2,
      entities: [],
      migrations: [...migrations, Broken1760000000003],
      log,
    });
    await expect(opening).rejects.toThrow(/syntax/);
  });

  it('that goes away while it is opened is waited for', async () => {
    let attempts = 0;
    class Interrupted1760000000003 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        if (++attempts > 1) return;
        const [{ id }] = (await runner.query('SELECT CONNECTION_ID() AS id')) as [{ id: number }];
        await database.query(`KILL ${String(id)}`);
        await runner.query('SELECT 1');
      }
      down = () => Promise.resolve();
    }
    const all = [...migrations, Interrupted1760000000003];
    const opened = await openDatabase({ url: own.url, connections: 2, entities: [], migrations: all, log });
    expect(await opened.query('SELECT COUNT(*) AS n FROM counters')).toEqual([{ n: '2' }]);
    expect(attempts).toBe(2);
    await opened.undoLastMigration();
    await opened.destroy();
  });

  it('runs transactions at READ COMMITTED, keeps instants in UTC to the millisecond, and counts matched rows', async () => {
    const instant = new Date('2026-03-29T01:30:00.123Z');
    await own.database.query('SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ'); // MySQL's default
    const opened = await openDatabase({ url: own.url, connections: 2, entities: [], migrations, log });
    await own.database.query('SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED');
    const statements = jest.spyOn(opened.logger, 'logQuery');
    await opened.transaction(async (manager) => {
      const read = async () => (await manager.query('SELECT n FROM counters WHERE id = 1'))[0].n;
      expect(await read()).toBe('0');
      await database.query(increment(1)); // on another connection
      expect(await read()).toBe('1');
    });
    // Nothing is said before each transaction that holds for all of them.
    expect(statements.mock.calls.map(([sql]) => sql.split(' ')[0])).toEqual([
      'START',
      'SELECT',
      'SELECT',
      'COMMIT',
    ]);
    await opened.destroy();
    const [row] = await database.query('SELECT CAST(? AS DATETIME(3)) AS at, CAST(? AS CHAR) AS text', [
      instant,
      instant,
    ]);
    expect(row.at).toEqual(instant);
    expect(row.text).toContain('2026-03-29 01:30:00.123');
    expect(affectedRows(await database.query('UPDATE counters SET n = 0 WHERE id = 2'))).toBe(1);
  });

  it('gives BIGINTs as text, so that numbers beyond 2^53 stay what they are', async () => {
    await database.query('UPDATE counters SET n = 9223372036854775807 WHERE id = 1');
    expect(await database.query('SELECT n FROM counters')).toEqual([
      { n: '9223372036854775807' },
      { n: '0' },
    ]);
  });

  it('says what is a duplicate', async () => {
    const error: unknown = await database
      .query('INSERT INTO counters VALUES (1, 1)')
      .catch((e: unknown) => e);
    expect(isDuplicate(error)).toBe(true);
    expect(isTransient(error)).toBe(false);
    expect(isDuplicate(new Error('x'))).toBe(false);
    expect(isDuplicate(null)).toBe(false);
  });
});

describe('a transaction', () => {
  it('that was the victim of a deadlock runs again, so that both succeed', async () => {
    const meet = meetingPoint();
    let runs = 0;
    const cross = (first: number, second: number) =>
      transaction(database, async (manager) => {
        runs++;
        await manager.query(increment(first));
        await meet();
        await manager.query(increment(second));
      });
    await Promise.all([cross(1, 2), cross(2, 1)]);
    expect(await counters()).toEqual([2, 2]);
    expect(runs).toBe(3);
  });

  it('that waited too long for a lock runs again', async () => {
    const blocker = database.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query(increment(1));
    let runs = 0;
    await transaction(database, async (manager) => {
      await manager.query('SET SESSION innodb_lock_wait_timeout = 1');
      // The first run meets the lock; it is gone when the second one comes.
      if (++runs === 2) await blocker.rollbackTransaction();
      await manager.query(increment(1));
    });
    await blocker.release();
    expect(runs).toBe(2);
    expect(await counters()).toEqual([1, 0]);
  });

  it('that lost its connection runs again on another one', async () => {
    const connections: number[] = [];
    await transaction(database, async (manager) => {
      const [{ id }] = await manager.query('SELECT CONNECTION_ID() AS id');
      connections.push(Number(id));
      await manager.query(increment(1));
      if (connections.length === 1) await database.query(`KILL ${String(id)}`);
      await manager.query(increment(2));
    });
    expect(new Set(connections).size).toBe(2);
    expect(await counters()).toEqual([1, 1]);
  });

  it('whose BEGIN fails runs again', async () => {
    // One connection, so the next transaction gets the one that is killed.
    const poor = await openDatabase({ url: own.url, connections: 2, entities: [], migrations: [], log });
    const ids = await Promise.all([1, 2].map(() => poor.query('SELECT CONNECTION_ID() AS id, SLEEP(0.05)')));
    for (const [{ id }] of ids) await database.query(`KILL ${String(id)}`);
    await transaction(poor, (manager) => manager.query(increment(1)));
    await poor.destroy();
    expect(await counters()).toEqual([1, 0]);
  });

  it('that fails for another reason is rolled back and not tried again', async () => {
    let runs = 0;
    const broken = transaction(database, async (manager) => {
      runs++;
      await manager.query(increment(1));
      throw new Error('a bug');
    });
    await expect(broken).rejects.toThrow('a bug');
    expect(runs).toBe(1);
    expect(await counters()).toEqual([0, 0]);
  });

  it('gives up when its time is over, or when it is told to', async () => {
    const deadlock = () => Promise.reject(Object.assign(new Error('deadlock'), { errno: 1213 }));
    await expect(transaction(database, deadlock, { retryForMs: 100 })).rejects.toThrow('deadlock');
    const stop = new AbortController();
    const patient = transaction(database, deadlock, { retryForMs: Infinity, signal: stop.signal });
    stop.abort();
    await expect(patient).rejects.toThrow('deadlock');
  });

  it('that found something changed runs once more, however long it took to find that out', async () => {
    let attempts = 0;
    const outcome = transaction(
      database,
      async () => {
        attempts++;
        await pause(20);
        if (attempts === 1) throw new FoundChanged('a key was used before');
        return 'as before';
      },
      { retryForMs: 1 },
    );
    await expect(outcome).resolves.toBe('as before');
    const always = () => pause(20).then(() => Promise.reject(new FoundChanged('it never stays as it is')));
    await expect(transaction(database, always, { retryForMs: 1 })).rejects.toThrow('it never stays');
  });

  it('is worth trying again when the database cannot be reached', async () => {
    const url = new URL(own.url);
    url.port = '1';
    const { createConnection } = await import('mysql2/promise');
    const error: unknown = await createConnection(url.href).catch((e: unknown) => e);
    expect(isTransient(error)).toBe(true);
    expect(isTransient(null)).toBe(false);
    expect(isTransient('deadlock')).toBe(false);
  });
});
