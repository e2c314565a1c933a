import { LastKept } from '@frontrow/kit/minutes';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { endOverdueAdmissions } from '../operations/end-overdue-admissions.ts';
import { queueUnderTest } from '../testing.ts';
import type { QueueUnderTest } from '../testing.ts';
import { keepRoomMinutes } from './room-minutes.ts';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const keep = (minutes: number, kept = new LastKept()) =>
  keepRoomMinutes(queue.database.manager, kept, minutesAgo(minutes));
const history = async (viewer: Viewer | null, concertId: string, minutes: number): Promise<any> => {
  const { data, errors } = await queue.graph.execute(
    viewer,
    `query ($id: ID!, $minutes: Int!) {
      waitingRoom(concertId: $id) { history(minutes: $minutes) { at waiting active } } }`,
    { id: concertId, minutes },
  );
  return errors?.[0]?.extensions?.['code'] ?? data.waitingRoom.history;
};

describe('the history of a waiting room', () => {
  it('has what each minute was like, also those in which nothing changed, and what is so now', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    for (let fans = 0; fans < 3; fans++) await queue.join(concertId);
    await keep(30);
    await queue.move(concertId);
    // Two replicas look.
    await Promise.all([keep(3), keep(3)]);
    await queue.join(concertId);
    const seen = await history(anOperator(), concertId, 5);
    expect(seen.map(({ waiting, active }: any) => [waiting, active])).toEqual([
      [3, 0],
      [2, 1],
      [2, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  it('keeps no rows of what stays as it is', async () => {
    const concertId = await queue.openRoom();
    const kept = new LastKept();
    const now = new Date('2026-11-27T12:00:30.000Z');
    await keepRoomMinutes(queue.database.manager, kept, now);
    await keepRoomMinutes(queue.database.manager, kept, new Date(now.getTime() + 60_000));
    const rows = await queue.database.query('SELECT minute FROM room_minutes WHERE concert_id = ?', [
      concertId,
    ]);
    expect(rows).toEqual([{ minute: new Date('2026-11-27T12:00:00.000Z') }]);
  });

  it('keeps one row of a room that stays empty, and one for each change', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    const began = new Date('2026-10-01T12:00:30.000Z').getTime();
    /** Which of these hours have a row, after a replica that began in the first of them has looked in each. */
    const rowsAfter = async (hours: number[]) => {
      const kept = new LastKept();
      for (const hour of hours)
        await keepRoomMinutes(queue.database.manager, kept, new Date(began + hour * 3_600_000));
      const rows = await queue.database.query<{ minute: Date; waiting: number; active: number }[]>(
        'SELECT minute, waiting, active FROM room_minutes WHERE concert_id = ? ORDER BY minute',
        [concertId],
      );
      return rows.map(({ minute, waiting, active }) => [
        Math.floor((minute.getTime() - began) / 3_600_000) + 1,
        waiting,
        active,
      ]);
    };
    const empty = [[0, 0, 0]];
    expect(await rowsAfter([0, 1, 2])).toEqual(empty);
    expect(await rowsAfter([3])).toEqual(empty);
    const joined = await queue.join(concertId);
    await queue.move(concertId);
    const bought = [...empty, [4, 0, 1], [5, 0, 1]];
    expect(await rowsAfter([4, 5])).toEqual(bought);
    // It became empty while no replica looked.
    await queue.age(joined.id, 3_600);
    await endOverdueAdmissions(queue.outbox);
    expect(await rowsAfter([6, 7, 8])).toEqual([...bought, [6, 0, 0]]);
    // Rows go after two weeks, and a chart that is open then needs one.
    expect(await rowsAfter([6 + 7 * 24])).toEqual([...bought, [6, 0, 0], [6 + 7 * 24, 0, 0]]);
  });

  it('is for operators only', async () => {
    const concertId = await queue.openRoom();
    expect(await history(aFan(), concertId, 5)).toBeNull();
    expect(await history(null, concertId, 5)).toBeNull();
    expect(await history(anOperator(), concertId, 1_441)).toBe('BAD_USER_INPUT');
  });
});
