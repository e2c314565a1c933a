import { newId } from '@frontrow/kit/ids';
import { untilLockIsWaitedFor } from '@frontrow/kit/testing/lock-wait';
import { newRoom } from '../domain/room.ts';
import { queueUnderTest } from '../testing.ts';
import type { QueueUnderTest } from '../testing.ts';
import { insertRoom, lockRoom, updateRoom } from './rooms.ts';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

const aRoom = (concertId: string) => newRoom({ concertId, salesOpenAt: new Date(0) }, new Date(0));

describe('a room', () => {
  it('is added once, and then stays as it is', async () => {
    const concertId = newId();
    const { manager } = queue.database;
    await insertRoom(manager, aRoom(concertId));
    expect(await queue.room(concertId)).toEqual(aRoom(concertId));
    await updateRoom(manager, concertId, { waiting: 3, challenge: true });
    await insertRoom(manager, aRoom(concertId));
    expect(await queue.room(concertId)).toEqual({ ...aRoom(concertId), waiting: 3, challenge: true });
  });

  it('that is there already can be changed while fans join: nobody runs into a deadlock', async () => {
    const { database } = queue;
    const concertId = await queue.openRoom();
    const first = database.createQueryRunner();
    await first.startTransaction();
    await lockRoom(first.manager, concertId);
    const change = database.transaction(async (manager) => {
      await insertRoom(manager, aRoom(concertId));
      await updateRoom(manager, concertId, { status: 'CLOSED' });
    });
    await untilLockIsWaitedFor(database, `INSERT%${concertId}`);
    const joins = database.transaction((manager) =>
      manager.query('SELECT status FROM rooms WHERE concert_id = ? FOR UPDATE', [concertId]),
    );
    await untilLockIsWaitedFor(database, `${concertId}%FOR UPDATE`);
    await first.commitTransaction();
    await first.release();
    await change;
    expect(await joins).toEqual([{ status: 'CLOSED' }]);
  });
});
