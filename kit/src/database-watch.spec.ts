import { Cable } from '@frontrow/stack/testing/cable';
import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { openDatabase, transaction } from './database.ts';
import { watchDatabase } from './database-watch.ts';
import type { DatabaseWatch } from './database-watch.ts';
import { createLogger } from './log.ts';
import { measureDatabase } from './measure-database.ts';
import { Metrics } from './metrics.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';
import { isKept } from './testing/garbage.ts';

const log = createLogger('test', 'silent');
/** What a request may wait for the database, and some time for a busy machine. */
const patienceMs = 3_500;

let own: TestDatabase;
let cable: Cable;
let database: DataSource;
let watch: DatabaseWatch;
beforeEach(async () => {
  own = await freshDatabase({ entities: [], migrations: [] });
  await own.database.query('CREATE TABLE notes (id INT PRIMARY KEY) ENGINE=InnoDB');
  const url = new URL(own.url);
  cable = await Cable.to(url.hostname, Number(url.port));
  url.port = String(cable.port);
  database = await openDatabase({ url: url.href, connections: 5, entities: [], migrations: [], log });
  watch = watchDatabase(database, { DATABASE_URL: url.href }, log);
  await Promise.all([1, 2, 3].map(() => database.query('SELECT 1')));
});
afterEach(async () => {
  cable.restore();
  await watch.stop();
  await database.destroy();
  cable.close();
  await own.drop();
});

const msOf = async (work: Promise<unknown>) => {
  const began = performance.now();
  await work.catch(() => undefined);
  return performance.now() - began;
};
const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('a database that falls silent', () => {
  it('is noticed, and what waits for it ends, whether it is under way or asked meanwhile', async () => {
    expect(watch.isWell).toBe(true);
    cable.silence();
    const waits = [
      database.query('SELECT 2'),
      database.query('SELECT 3'),
      transaction(database, (manager) => manager.query('INSERT INTO notes VALUES (1)')),
    ];
    for (const ms of await Promise.all(waits.map(msOf))) expect(ms).toBeLessThan(patienceMs);
    await expect(Promise.all(waits)).rejects.toThrow();
    expect(watch.isWell).toBe(false);
    await expect(watch.check()).rejects.toThrow('does not answer');
    // All of the pool's connections are worth nothing, also those that nobody had taken.
    const late = await Promise.all(Array.from({ length: 8 }, () => msOf(database.query('SELECT 4'))));
    expect(Math.max(...late)).toBeLessThan(2 * patienceMs);
  }, 30_000);

  it('is used again once it answers, and a transaction that may wait is carried out', async () => {
    const metrics = new Metrics('tested', log);
    measureDatabase(database, watch, metrics);
    expect(await metrics.text()).toContain('frontrow_database_up{service="tested"} 1');
    cable.silence();
    const patient = transaction(database, (manager) => manager.query('INSERT INTO notes VALUES (7)'), {
      retryForMs: Infinity,
    });
    await until(() => !watch.isWell);
    expect(await metrics.text()).toContain('frontrow_database_up{service="tested"} 0');
    cable.restore();
    await until(() => watch.isWell);
    expect(await metrics.text()).toContain('frontrow_database_up{service="tested"} 1');
    await patient;
    expect(await database.query('SELECT id FROM notes')).toEqual([{ id: 7 }]);
  }, 30_000);
});

describe('a connection', () => {
  it('that broke while it was in use is forgotten', async () => {
    const { pool } = database.driver as unknown as { pool: EventEmitter };
    const taken = once(pool, 'acquire').then(([connection]) => {
      const { stream } = connection as { stream: Socket };
      stream.destroy();
      return new WeakRef(connection as object);
    });
    await expect(database.query('SELECT SLEEP(10)')).rejects.toThrow();
    const connection = await taken;
    const giveUpAt = performance.now() + 5_000;
    while (performance.now() < giveUpAt && (await isKept(connection))) await pause(20);
    expect(await isKept(connection)).toBe(false);
    expect(watch.isWell).toBe(true);
  });
});

describe('a statement', () => {
  it('that takes long is left alone', async () => {
    expect(await database.query('SELECT SLEEP(3) AS slept')).toHaveLength(1);
    expect(watch.isWell).toBe(true);
  });

  it('that waits for a lock in vain gives up after 3 s', async () => {
    await database.query('INSERT INTO notes VALUES (1)');
    await own.database.transaction(async (other) => {
      await other.query('SELECT * FROM notes WHERE id = 1 FOR UPDATE');
      const waiting = database.query('SELECT * FROM notes WHERE id = 1 FOR UPDATE');
      await expect(waiting).rejects.toThrow(/Lock wait timeout/);
    });
  });
});
