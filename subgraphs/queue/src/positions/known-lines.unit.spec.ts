import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { KnownLines } from './known-lines.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A known line that nobody waits in, in a database that can be cut off. */
async function aKnownLine() {
  const concertId = newId();
  const database = { isThere: true, version: 0, reads: 0 };
  const query = (sql: string): Promise<unknown> => {
    if (sql.includes('FROM rooms')) database.reads++;
    if (!database.isThere) return Promise.reject(new Error('the database is gone'));
    return Promise.resolve(sql.includes('FROM rooms') ? [{ version: database.version }] : []);
  };
  const knownLines = new KnownLines({ query } as unknown as EntityManager, createLogger('test', 'silent'));
  await knownLines.upTo(concertId, 0);
  database.reads = 0;
  const hear = (version: number) => {
    knownLines.hear({ concertId, version, joined: [version, version] });
  };
  return { concertId, knownLines, database, hear };
}

describe('a change that nobody announced', () => {
  it('is read once, however many later ones arrive meanwhile', async () => {
    const { database, hear } = await aKnownLine();
    database.version = 4;
    for (const version of [2, 3, 4]) hear(version);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(database.reads).toBe(1);
  });

  it('is looked for once a second while the database cannot be read, and is then known without being asked for', async () => {
    const { concertId, knownLines, database, hear } = await aKnownLine();
    Object.assign(database, { isThere: false, version: 2 });
    hear(2);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(database.reads).toBe(10);
    hear(3);
    await jest.advanceTimersByTimeAsync(100);
    expect(database.reads).toBe(11);
    database.isThere = true;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(database.reads).toBe(12);
    // Number 3 has joined: the change that was heard is taken in after those that were read.
    expect((await knownLines.upTo(concertId, 3)).isWaiting(3)).toBe(true);
    expect(database.reads).toBe(12);
  });

  it('is read soon again after the database has come back', async () => {
    const { concertId, knownLines, database, hear } = await aKnownLine();
    Object.assign(database, { isThere: false, version: 2 });
    hear(2);
    await jest.advanceTimersByTimeAsync(500);
    database.isThere = true;
    await knownLines.upTo(concertId, 2);
    database.reads = 0;
    database.version = 4;
    hear(4);
    await jest.advanceTimersByTimeAsync(20);
    expect(database.reads).toBe(1);
  });
});
