import { jest } from '@jest/globals';
import { onBehalfOf } from '@frontrow/events/operator-action';
import { eventually } from '@frontrow/events/testing/eventually';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Answer } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { configureRoom } from '../operations/configure-room.ts';
import { queueUnderTest } from '../testing.ts';
import type { QueueUnderTest, Replica } from '../testing.ts';

let queue: QueueUnderTest;
let other: Replica;
beforeAll(async () => {
  queue = await queueUnderTest();
  other = await queue.replica();
});
afterAll(() => queue.close());

const follow = (at: Replica, viewer: Viewer | null, ticketId: string) =>
  at.graph.subscribe(
    viewer,
    `subscription ($ticketId: ID!) { queuePosition(ticketId: $ticketId) {
      id status number position estimatedWaitSeconds admissionToken concert { waitingRoom { waiting } } } }`,
    { ticketId },
  );
const leave = (at: Replica, viewer: Viewer, ticketId: string) =>
  at.graph.execute(viewer, 'mutation ($id: ID!) { leaveQueue(ticketId: $id) { __typename } }', {
    id: ticketId,
  });

type Events = AsyncGenerator<Answer, void>;
/** What the next event says; undefined at the end. */
async function next(events: Events) {
  const { value } = await events.next();
  return value === undefined ? undefined : value.data.queuePosition;
}
/** Everything until the end. */
async function rest(events: Events) {
  const all = [];
  for await (const { data } of events) all.push(data.queuePosition);
  return all;
}

async function joinMany(concertId: string, count: number) {
  const joined = [];
  for (let i = 0; i < count; i++) joined.push(await queue.join(concertId));
  return joined;
}

describe('queuePosition', () => {
  it('says the position now, then as it changes, by whatever replica, until the ticket ends', async () => {
    const concertId = await queue.openRoom({ maxActive: 1, admissionSeconds: 60 });
    const [first, second, third] = await joinMany(concertId, 3);
    const events = await follow(other, third!.fan, third!.id);
    expect(await next(events)).toMatchObject({ id: third!.id, status: 'WAITING', number: 3, position: 3 });
    await leave(queue, second!.fan, second!.id);
    expect(await next(events)).toMatchObject({ position: 2, estimatedWaitSeconds: 60 });
    await queue.move(concertId);
    expect(await next(events)).toMatchObject({ position: 1, concert: { waitingRoom: { waiting: 1 } } });
    await leave(other, first!.fan, first!.id);
    await queue.move(concertId);
    const admitted = await next(events);
    expect(admitted).toMatchObject({ status: 'ADMITTED', position: 0, estimatedWaitSeconds: 0 });
    expect(admitted.admissionToken).toEqual(expect.any(String));
    expect(admitted.concert.waitingRoom.waiting).toBe(0);
    await leave(queue, third!.fan, third!.id);
    expect(await rest(events)).toMatchObject([{ status: 'LEFT', position: 0, admissionToken: null }]);
  });

  it('says nothing to fans whose position did not change', async () => {
    const concertId = await queue.openRoom({ status: 'PAUSED' });
    await queue.database.query("UPDATE rooms SET status = 'OPEN' WHERE concert_id = ?", [concertId]);
    const [first, second, third] = await joinMany(concertId, 3);
    const followed = await Promise.all([first!, third!].map(({ fan, id }) => follow(queue, fan, id)));
    expect((await Promise.all(followed.map(next))).map(({ position }) => position)).toEqual([1, 3]);
    await leave(queue, second!.fan, second!.id);
    expect(await next(followed[1]!)).toMatchObject({ position: 2 });
    // Had the first been told anything, it would be this and not its end.
    await leave(queue, first!.fan, first!.id);
    expect(await rest(followed[0]!)).toMatchObject([{ status: 'LEFT' }]);
    await followed[1]!.return();
  });

  it.each(['LEFT', 'EXPIRED'])('says how a ticket ended (%s) that had ended before', async (status) => {
    const { fan, id } = await queue.join(await queue.openRoom());
    await leave(queue, fan, id);
    await queue.database.query('UPDATE tickets SET status = ? WHERE id = ?', [status, id]);
    expect(await rest(await follow(queue, fan, id))).toMatchObject([{ status, position: 0 }]);
  });

  it('ends with the room', async () => {
    const concertId = await queue.openRoom();
    const { fan, id } = await queue.join(concertId);
    const events = await follow(other, fan, id);
    await next(events);
    await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
      status: 'CLOSED',
    });
    expect(await rest(events)).toMatchObject([{ status: 'EXPIRED' }]);
  });

  it('tells a slow listener the latest only', async () => {
    const concertId = await queue.openRoom();
    const joined = await joinMany(concertId, 4);
    const last = joined.pop()!;
    const [slow, quick] = [await follow(queue, last.fan, last.id), await follow(queue, last.fan, last.id)];
    for (const events of [slow, quick]) expect(await next(events)).toMatchObject({ position: 4 });
    for (const [i, { fan, id }] of joined.entries()) {
      await leave(queue, fan, id);
      // Both are told at once.
      expect(await next(quick)).toMatchObject({ position: 3 - i });
    }
    expect(await next(slow)).toMatchObject({ position: 1 });
    await slow.return();
    await quick.return();
  });

  it('finds out what nobody told it', async () => {
    const concertId = await queue.openRoom();
    const [first, second] = await joinMany(concertId, 2);
    const events = await follow(queue, second!.fan, second!.id);
    expect(await next(events)).toMatchObject({ position: 2 });
    // As if a replica without a broker had done it.
    const change = 'version = version + 1, waiting = waiting - 1 WHERE concert_id = ?';
    await queue.database.query(
      "UPDATE tickets SET status = 'LEFT', live = NULL, line_version = (SELECT version + 1 FROM rooms WHERE concert_id = ?) WHERE id = ?",
      [concertId, first!.id],
    );
    await queue.database.query(`UPDATE rooms SET ${change}`, [concertId]);
    expect(await next(events)).toMatchObject({ position: 1 });
    await queue.move(concertId);
    expect(await next(events)).toMatchObject({ status: 'ADMITTED' });
    await queue.database.query("UPDATE tickets SET status = 'EXPIRED', live = NULL WHERE id = ?", [
      second!.id,
    ]);
    expect(await rest(events)).toMatchObject([{ status: 'EXPIRED' }]);
  });

  it('is a sign that the fan is there, and an operator’s look is not', async () => {
    const concertId = await queue.openRoom();
    const { fan, id } = await queue.join(concertId);
    await queue.age(id, 100);
    const before = (await queue.ticket(id)).lastSeenAt;
    const look = await follow(queue, anOperator(), id);
    expect(await next(look)).toMatchObject({ id, position: 1, admissionToken: null });
    const other = await queue.join(concertId);
    await queue.age(other.id, 100);
    const events = await follow(queue, fan, id);
    const events2 = await follow(queue, other.fan, other.id);
    const seen = async (ticket: string) => Date.now() - (await queue.ticket(ticket)).lastSeenAt.getTime();
    await eventually(async () => expect(await seen(other.id)).toBeLessThan(10_000));
    await eventually(async () => expect(await seen(id)).toBeLessThan(10_000));
    expect((await queue.ticket(id)).lastSeenAt > before).toBe(true);
    // The two minutes begin when the fan goes.
    await queue.age(id, 100);
    await events.return();
    await eventually(async () => expect(await seen(id)).toBeLessThan(10_000));
    await Promise.all([look.return(), events2.return()]);
  });

  const refused = async (viewer: Viewer | null, id: string) => {
    const events = await follow(queue, viewer, id);
    const { value } = await events.next();
    expect((await events.next()).done).toBe(true);
    return value?.errors?.map(({ message, extensions }) => `${String(extensions?.['code'])} ${message}`);
  };

  it('is refused to somebody else as if there were no such ticket', async () => {
    const { id } = await queue.join(await queue.openRoom());
    const unknown = ['FORBIDDEN You have no such ticket.'];
    for (const any of [id, newId(), '', "'", 'a'.repeat(10_000)])
      expect(await refused(aFan(), any)).toEqual(unknown);
  });

  it('is refused to who is not logged in', async () => {
    const { id } = await queue.join(await queue.openRoom());
    expect(await refused(null, id)).toEqual(['UNAUTHENTICATED Log in first.']);
  });
});

describe('waitingRoomChanged', () => {
  const watch = (at: Replica, viewer: Viewer | null, concertId: string) =>
    at.graph.subscribe(
      viewer,
      `subscription ($id: ID!) { waitingRoomChanged(concertId: $id) {
        status waiting active maxActive admissionSeconds challenge estimatedWaitSeconds concert { id } } }`,
      { id: concertId },
    );
  const state = async (events: Events) => (await events.next()).value?.data.waitingRoomChanged;
  /** What is told between two joins, or between what is waiting and who is active, depends on when the room is read. */
  const stateAfter = async (events: Events, isSo: (room: { waiting: number; active: number }) => boolean) => {
    for (;;) {
      const room = await state(events);
      if (isSo(room)) return room;
    }
  };

  it('tells everybody what the room is, then each change of it, by whatever replica', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    const events = await watch(other, null, concertId);
    expect(await state(events)).toEqual({
      status: 'OPEN',
      waiting: 0,
      active: 0,
      maxActive: 1,
      admissionSeconds: 600,
      challenge: false,
      estimatedWaitSeconds: expect.any(Number),
      concert: { id: concertId },
    });
    const [first] = await joinMany(concertId, 2);
    expect(await stateAfter(events, ({ waiting }) => waiting === 2)).toMatchObject({ active: 0 });
    await queue.move(concertId);
    expect(await stateAfter(events, ({ active }) => active === 1)).toMatchObject({ waiting: 1 });
    await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
      status: 'PAUSED',
      maxActive: 5,
      challenge: true,
    });
    expect(await state(events)).toMatchObject({ status: 'PAUSED', maxActive: 5, challenge: true });
    await leave(queue, first!.fan, first!.id);
    expect(await state(events)).toMatchObject({ waiting: 1, active: 0 });
    await events.return();
  });

  it('reads the room with a few statements, however many follow it, and tells all of them', async () => {
    const concertId = await queue.openRoom();
    const statements = jest.spyOn(queue.database, 'createQueryRunner');
    const followers = await Promise.all(Array.from({ length: 1_000 }, () => watch(queue, null, concertId)));
    for (const { waiting } of await Promise.all(followers.map(state))) expect(waiting).toBe(0);
    const told = Promise.all(followers.map(state));
    await queue.join(concertId);
    for (const { waiting } of await told) expect(waiting).toBe(1);
    // Two for all who arrive, 500 at a time; two a second for all who follow; and those of the join.
    expect(statements.mock.calls.length).toBeLessThan(40);
    statements.mockRestore();
    await Promise.all(followers.map((events) => events.return()));
  }, 30_000);

  it('says nothing more often than once a second, and then what is', async () => {
    const concertId = await queue.openRoom({ status: 'PAUSED' });
    await queue.database.query("UPDATE rooms SET status = 'OPEN' WHERE concert_id = ?", [concertId]);
    const events = await watch(other, null, concertId);
    await state(events);
    const startedAt = performance.now();
    const joining = joinMany(concertId, 40);
    let messages = 0;
    for (let waiting = 0; waiting < 40; messages++) ({ waiting } = await state(events));
    await joining;
    expect(messages).toBeLessThanOrEqual(2 + (performance.now() - startedAt) / 1_000);
    await events.return();
  });

  it('is refused for a concert that has no room', async () => {
    for (const id of ['', 'x', newId()]) {
      const { value } = await (await watch(queue, null, id)).next();
      expect(value?.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    }
  });
});
