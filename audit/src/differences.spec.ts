import { jest } from '@jest/globals';
import type { Pool } from 'mysql2';
import { emptyDatabase } from '@frontrow/stack/testing/empty-database';
import { differences, nothing } from './differences.ts';

let database: Pool;
let drop: () => Promise<void>;
beforeEach(async () => {
  ({ database, drop } = await emptyDatabase());
  for (const side of ['l', 'r']) {
    await database.promise().query(`
      CREATE TABLE \`${side}\` (\`key\` VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin, amount BIGINT NOT NULL)`);
  }
});
afterEach(() => drop());

const side = (name: 'l' | 'r') => ({ database, sql: `SELECT \`key\`, amount FROM \`${name}\`` });

async function given(sides: Record<'l' | 'r', [key: string, amount: number][]>): Promise<void> {
  for (const [name, rows] of Object.entries(sides)) {
    if (rows.length > 0) await database.promise().query(`INSERT INTO \`${name}\` VALUES ?`, [rows]);
  }
}

async function found(left = side('l'), right = side('r')): Promise<unknown[]> {
  const all = [];
  for await (const difference of differences(left, right)) all.push(difference);
  return all;
}

const ann = '01934610-0001-7000-8000-9d1f6c2e0a51';
const bob = '01934610-0001-7000-8000-1f2e3d4c5b6a';
const cid = '0193f000-0001-7000-8000-77aa66bb55cc';

describe('the differences of two sides', () => {
  it('are none when all amounts add up to the same, however they are cut into rows', async () => {
    await given({
      l: [
        [ann, 7],
        [bob, -3],
      ],
      r: [
        [bob, -5],
        [ann, 4],
        [ann, 3],
        [bob, 2],
      ],
    });
    const asked = jest.spyOn(database, 'query');
    expect(await found()).toEqual([]);
    // No row was read individually.
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('are named with what each side says, in order', async () => {
    await given({
      l: [
        [cid, 5],
        [ann, 7],
        [bob, 1],
      ],
      r: [
        [ann, 8],
        [bob, 1],
        [cid, 2],
        [cid, 2],
      ],
    });
    expect(await found()).toEqual([
      { key: ann, left: 7, right: 8 },
      { key: cid, left: 5, right: 4 },
    ]);
  });

  it('have 0 on the side that does not have a key', async () => {
    await given({ l: [[ann, 7]], r: [[cid, -2]] });
    expect(await found()).toEqual([
      { key: ann, left: 7, right: 0 },
      { key: cid, left: 0, right: -2 },
    ]);
  });

  it('show when two keys have swapped their amounts', async () => {
    await given({
      l: [
        [ann, 7],
        [bob, 9],
      ],
      r: [
        [ann, 9],
        [bob, 7],
      ],
    });
    expect(await found()).toHaveLength(2);
  });

  it('show when two keys have swapped their partners', async () => {
    await given({
      l: [
        [`${ann} ${cid}`, 1],
        [`${bob} ${ann}`, 1],
      ],
      r: [
        [`${ann} ${ann}`, 1],
        [`${bob} ${cid}`, 1],
      ],
    });
    expect(await found()).toHaveLength(4);
  });

  it('are all amounts that do not add up to nothing', async () => {
    await given({
      l: [
        [ann, 7],
        [bob, 9],
        [ann, -7],
        [bob, -8],
      ],
      r: [],
    });
    expect(await found(side('l'), nothing(database))).toEqual([{ key: bob, left: 1, right: 0 }]);
  });

  it('are found beyond what a number holds exactly', async () => {
    const billions = 9_000_000_000_000_000;
    await given({
      l: [
        [ann, billions],
        [ann, billions],
        [bob, 1],
      ],
      r: [
        [ann, billions],
        [ann, billions],
      ],
    });
    expect(await found()).toEqual([{ key: bob, left: 1, right: 0 }]);
  });
});
