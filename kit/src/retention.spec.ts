import { createLogger } from './log.ts';
import { deleteOld, startRetention } from './retention.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations: [] });
  await own.database.query(
    'CREATE TABLE things (n INT PRIMARY KEY, done_at DATETIME(3) NULL, KEY (done_at))',
  );
});
afterAll(() => own.drop());

const now = new Date('2026-01-02T00:00:00Z');
const rule = { table: 'things', column: 'done_at', keepMs: 60_000 };
const left = async () => {
  const rows = await own.database.query<{ n: number }[]>('SELECT n FROM things ORDER BY n');
  return rows.map(({ n }) => n);
};

it('what is old enough goes, a thousand rows at a time; what is younger or not done stays', async () => {
  const old = Array.from({ length: 1_200 }, (_, n) => [n, new Date(now.getTime() - 60_001)]);
  const others = [
    [2_000, new Date(now.getTime() - 60_000)],
    [2_001, null],
  ];
  await own.database.query('INSERT INTO things VALUES ?', [[...old, ...others]]);
  expect(await deleteOld(own.database.manager, [rule], now)).toBe('more');
  expect(await left()).toHaveLength(202);
  expect(await deleteOld(own.database.manager, [rule], now)).toBe('done');
  expect(await left()).toEqual([2_000, 2_001]);
});

it('a table that cannot be cleaned leaves the others alone', async () => {
  await own.database.query('DELETE FROM things');
  await own.database.query('INSERT INTO things VALUES (1, ?)', [new Date(0)]);
  const rules = [{ ...rule, table: 'missing' }, rule];
  const keeping = startRetention(own.database, createLogger('test', 'silent'), rules);
  while ((await left()).length > 0) await new Promise(setImmediate);
  await keeping.stop();
});
