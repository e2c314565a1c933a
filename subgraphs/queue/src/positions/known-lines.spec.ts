import { eventually } from '@frontrow/events/testing/eventually';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import type { EntityManager } from 'typeorm';
import type { LineChange } from '../domain/line-change.ts';
import { joinRoom } from '../operations/join-room.ts';
import { leaveQueue } from '../operations/leave-queue.ts';
import type { LineDependencies } from '../operations/line-dependencies.ts';
import { moveLine } from '../operations/move-line.ts';
import { queueUnderTest, withStatus } from '../testing.ts';
import type { QueueUnderTest } from '../testing.ts';
import { KnownLines } from './known-lines.ts';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

/** A room in which things happen, and what was said about them. */
async function aBusyRoom() {
  const concertId = await queue.openRoom({ maxActive: 3 });
  const said: LineChange[] = [];
  const lineDeps: LineDependencies = { outbox: queue.outbox, announce: (change) => said.push(change) };
  const knownLines = new KnownLines(queue.database.manager, createLogger('test', 'silent'));
  const fans = Array.from({ length: 12 }, () => newId());
  await joinRoom(lineDeps, concertId, fans.slice(0, 4));
  await knownLines.upTo(concertId, 0);
  said.length = 0;

  await joinRoom(lineDeps, concertId, fans.slice(4, 9));
  const tickets = await queue.tickets(concertId);
  for (const i of [1, 6]) await leaveQueue(lineDeps, tickets[i]!.userId, tickets[i]!.id);
  await moveLine(lineDeps, concertId, new Date(0));
  await joinRoom(lineDeps, concertId, fans.slice(9));
  const { version } = await queue.room(concertId);
  /** The waiting numbers in memory, once it has heard all that was said in this order. */
  const remembered = async () => {
    const line = await knownLines.upTo(concertId, version);
    return Array.from({ length: 20 }, (_, number) => number).filter((number) => line.isWaiting(number));
  };
  const inDatabase = withStatus(await queue.tickets(concertId), 'WAITING').map(({ number }) => number);
  expect(inDatabase).toEqual([5, 6, 8, 9, 10, 11, 12]);
  return { concertId, knownLines, said, remembered, inDatabase, version };
}

describe('the memory of a line', () => {
  it('is what the database says, by messages alone', async () => {
    const { concertId, knownLines, said, inDatabase } = await aBusyRoom();
    expect(said.map(({ version: _, concertId: __, ...moved }) => moved)).toEqual([
      { joined: [5, 9] },
      { gone: [2] },
      { gone: [7] },
      { gone: [], admittedUpTo: 4 },
      { joined: [10, 12] },
    ]);
    for (const change of said) knownLines.hear(change);
    const line = await knownLines.upTo(concertId, 0);
    expect([line.waiting, line.first(), line.ahead(13)]).toEqual([inDatabase.length, 5, inDatabase.length]);
  });

  it('takes messages in any order, and each of them as often as it comes', async () => {
    const { concertId, knownLines, said, inDatabase } = await aBusyRoom();
    for (const change of [...said.toReversed(), ...said]) knownLines.hear(change);
    expect((await knownLines.upTo(concertId, 0)).waiting).toBe(inDatabase.length);
  });

  it('reads what it was not told when somebody needs to know', async () => {
    const { remembered, inDatabase } = await aBusyRoom();
    expect(await remembered()).toEqual(inDatabase);
  });

  it.each([0, 1, 2, 3])('notices that message %d was lost, and reads what it missed', async (lost) => {
    const { concertId, knownLines, said, remembered, inDatabase } = await aBusyRoom();
    for (const [i, change] of said.entries()) if (i !== lost) knownLines.hear(change);
    await eventually(async () =>
      expect((await knownLines.upTo(concertId, 0)).waiting).toBe(inDatabase.length),
    );
    expect(await remembered()).toEqual(inDatabase);
  });

  it('is not confused by what it hears while it reads', async () => {
    const concertId = await queue.openRoom();
    const said: LineChange[] = [];
    const lineDeps: LineDependencies = { outbox: queue.outbox, announce: (change) => said.push(change) };
    // A connection on which the answer about what has moved is long under way.
    const { manager } = queue.database;
    let hasRead = (): void => undefined;
    let arrive = (): void => undefined;
    const read = new Promise<void>((resolve) => (hasRead = resolve));
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    let isSlow = false;
    const query = async (sql: string, parameters: unknown[]): Promise<unknown> => {
      const rows = await manager.query(sql, parameters);
      if (isSlow && sql.includes('line_version >')) {
        hasRead();
        await arrived;
      }
      return rows;
    };
    const knownLines = new KnownLines({ query } as unknown as EntityManager, createLogger('test', 'silent'));
    await knownLines.upTo(concertId, 0);

    await joinRoom(lineDeps, concertId, [newId()]);
    isSlow = true;
    const reading = knownLines.upTo(concertId, 1);
    await read;
    const [ticket] = await queue.tickets(concertId);
    await leaveQueue(lineDeps, ticket!.userId, ticket!.id);
    for (const change of said) knownLines.hear(change);
    arrive();
    expect((await reading).waiting).toBe(0);
  });

  it('has forgotten what it had read of a line when the database failed before the end of it', async () => {
    const concertId = await queue.openRoom();
    const { manager } = queue.database;
    const lineDeps: LineDependencies = { outbox: queue.outbox, announce: () => undefined };
    let pages = 0;
    const query = (sql: string, parameters: unknown[]): Promise<unknown> => {
      if (sql.includes('number > ?') && ++pages === 2) throw new Error('the database is gone');
      return manager.query(sql, parameters);
    };
    const log = createLogger('test', 'silent');
    const knownLines = new KnownLines({ query } as unknown as EntityManager, log, { pageSize: 2 });
    await joinRoom(lineDeps, concertId, [newId(), newId(), newId()]);
    await expect(knownLines.upTo(concertId, 0)).rejects.toThrow('the database is gone');
    const [first] = await queue.tickets(concertId);
    await leaveQueue(lineDeps, first!.userId, first!.id);
    expect((await knownLines.upTo(concertId, 0)).waiting).toBe(2);
  });
});
