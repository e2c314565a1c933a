import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isDuplicate } from './database.ts';
import { insertMissingRows, insertRows, updateRows } from './many-rows.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';

class CreateThings1760000000099 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE things (
        id     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        name   VARCHAR(10) NOT NULL,
        number BIGINT NULL,
        at     DATETIME(3) NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE things');
  }
}

let own: TestDatabase;
beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations: [CreateThings1760000000099] });
});
beforeEach(() => own.database.query('DELETE FROM things'));
afterAll(() => own.drop());

const at = (ms: number) => new Date(Date.UTC(2026, 10, 20, 8, 30, 0, ms));
const thing = (id: string, name: string, number: number | null = null, when: Date | null = null) => ({
  ...{ id, name, number, at: when },
});
const things = async () => {
  const rows = await own.database.query<{ name: string; number: string | null }[]>(
    'SELECT * FROM things ORDER BY id',
  );
  return rows.map((row) => ({ ...row, number: row.number === null ? null : Number(row.number) }));
};

describe('many rows by one statement', () => {
  it('are inserted all, or none when one of them is there', async () => {
    const { manager } = own.database;
    await insertRows(manager, 'things', [thing('a', '좌석', 7, at(1)), thing('b', 'B')]);
    const again = insertRows(manager, 'things', [thing('c', 'C'), thing('a', 'other')]);
    expect(await again.catch(isDuplicate)).toBe(true);
    expect(await things()).toEqual([thing('a', '좌석', 7, at(1)), thing('b', 'B')]);
  });

  it('are inserted where they are missing, and what is there stays as it is', async () => {
    const { manager } = own.database;
    await insertRows(manager, 'things', [thing('b', 'B', 2)]);
    await insertMissingRows(manager, 'things', [thing('a', 'A'), thing('b', 'other', 3), thing('c', 'C')]);
    expect(await things()).toEqual([thing('a', 'A'), thing('b', 'B', 2), thing('c', 'C')]);
  });

  it('are not made to fit', async () => {
    const tooLong = insertMissingRows(own.database.manager, 'things', [thing('a', 'x'.repeat(11))]);
    await expect(tooLong).rejects.toThrow(/too long/);
  });

  it('get values of their own, and others stay as they are', async () => {
    const { manager } = own.database;
    await insertRows(
      manager,
      'things',
      ['a', 'b', 'c', 'd'].map((id) => thing(id, id, 1, at(1))),
    );
    await updateRows(manager, 'things', 'id', [
      { id: 'c', name: '석', number: -5, at: at(2) },
      { id: 'a', name: 'A', number: null, at: at(999) },
      { id: 'd', name: 'd', number: 2 ** 40, at: null },
    ]);
    expect(await things()).toEqual([
      thing('a', 'A', null, at(999)),
      thing('b', 'b', 1, at(1)),
      thing('c', '석', -5, at(2)),
      thing('d', 'd', 2 ** 40, null),
    ]);
    await updateRows(manager, 'things', 'id', [{ id: 'b', number: null }]);
    expect((await things())[1]).toEqual(thing('b', 'b', null, at(1)));
  });

  it('are not changed when one of them is not there', async () => {
    const { manager } = own.database;
    await insertRows(manager, 'things', [thing('a', 'a')]);
    const missing = own.database.transaction((within) =>
      updateRows(within, 'things', 'id', [thing('a', 'A'), thing('b', 'B')]),
    );
    await expect(missing).rejects.toThrow(/not there/);
    expect(await things()).toEqual([thing('a', 'a')]);
  });

  it('are not changed when one of them is not as it was to be until now', async () => {
    const { manager } = own.database;
    await insertRows(manager, 'things', [thing('a', 'a', 1), thing('b', 'b', 2)]);
    const change = (numbers: [number, number]) =>
      own.database.transaction((within) =>
        updateRows(
          within,
          ...(['things', 'id'] as const),
          ['b', 'a'].map((id) => ({ id, name: 'new' })),
          ['b', 'a'].map((id, i) => ({ id, number: numbers[i] })),
        ),
      );
    await expect(change([2, 3])).rejects.toThrow(/not as it was/);
    expect((await things()).map(({ name }) => name)).toEqual(['a', 'b']);
    await change([2, 1]);
    expect((await things()).map(({ name }) => name)).toEqual(['new', 'new']);
  });

  it('may be none', async () => {
    const { manager } = own.database;
    await insertRows(manager, 'things', []);
    await insertMissingRows(manager, 'things', []);
    await updateRows(manager, 'things', 'id', []);
    expect(await things()).toEqual([]);
  });
});
