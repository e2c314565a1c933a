import { operatorActed } from '@frontrow/events/contracts/operators';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import { emittedOf } from '@frontrow/events/testing';
import { jest } from '@jest/globals';
import { newId } from '@frontrow/kit/ids';
import { loseNextCommit } from '@frontrow/kit/testing/database';
import { testIds } from '@frontrow/kit/testing/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { solveChallenge } from 'altcha-lib';
import type { Challenge } from 'altcha-lib/types';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { queueUnderTest } from '../testing.ts';
import { roomEntity } from '../storage/rooms.ts';
import type { QueueUnderTest } from '../testing.ts';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

const refusal = '... on Refusal { code message retryable }';
const ids = ['', 'x', "'; DROP TABLE tickets; --", newId(), newId().toUpperCase(), 'a'.repeat(10_000)];

describe('enterQueue', () => {
  const enter = async (viewer: Viewer | null, concertId: string) => {
    const { data, errors } = await queue.graph.execute(
      viewer,
      `mutation ($concertId: ID!) { enterQueue(concertId: $concertId) { __typename
        ... on QueueTicket { id number position status estimatedWaitSeconds joinedAt admittedAt expiresAt admissionToken
          concert { id } } ${refusal} } }`,
      { concertId },
    );
    return { entered: data?.enterQueue, errors };
  };

  it('gives each fan the next number', async () => {
    const concertId = await queue.openRoom();
    const { entered } = await enter(aFan(), concertId);
    expect(entered).toEqual({
      __typename: 'QueueTicket',
      id: expect.any(String),
      number: 1,
      position: 1,
      status: 'WAITING',
      estimatedWaitSeconds: 1,
      joinedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      admittedAt: null,
      expiresAt: null,
      admissionToken: null,
      concert: { id: concertId },
    });
    expect((await enter(aFan(), concertId)).entered).toMatchObject({ number: 2, position: 2 });
  });

  it('reads the room once for all who join at the same moment', async () => {
    const concertId = await queue.openRoom();
    await enter(aFan(), concertId);
    const reads = jest.spyOn(queue.database.manager, 'find');
    const entered = await Promise.all(Array.from({ length: 20 }, () => enter(aFan(), concertId)));
    const rooms = reads.mock.calls.filter(([entity]) => entity === roomEntity);
    reads.mockRestore();
    // The first is alone in its transaction; the others wait for it and go together.
    expect(rooms.length).toBeLessThanOrEqual(2);
    expect(entered.map(({ entered }) => entered.position).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 2),
    );
  });

  it('returns the ticket that the fan has', async () => {
    const concertId = await queue.openRoom();
    const fan = aFan();
    const { entered } = await enter(fan, concertId);
    expect((await enter(fan, concertId)).entered.id).toBe(entered.id);
    await queue.move(concertId);
    expect((await enter(fan, concertId)).entered).toMatchObject({ id: entered.id, status: 'ADMITTED' });
    expect(await queue.tickets(concertId)).toHaveLength(1);
  });

  it('gives a new ticket to a fan whose last one ended', async () => {
    const concertId = await queue.openRoom();
    const { fan, id } = await queue.join(concertId);
    await queue.graph.execute(fan, `mutation { leaveQueue(ticketId: "${id}") { __typename } }`);
    expect((await enter(fan, concertId)).entered).toMatchObject({ number: 2, position: 1 });
  });

  it('lets fans join before sales open', async () => {
    const concertId = await queue.openRoom({ salesOpenAt: new Date(Date.now() + 3_600_000) });
    const { entered } = await enter(aFan(), concertId);
    expect(entered).toMatchObject({ status: 'WAITING', position: 1 });
    expect(entered.estimatedWaitSeconds).toBeGreaterThan(3_590);
    await queue.move(concertId);
    expect(await queue.ticket(entered.id)).toMatchObject({ status: 'WAITING' });
  });

  it.each([
    ['CLOSED', 'ROOM_CLOSED', false],
    ['PAUSED', 'ROOM_PAUSED', true],
  ] as const)(
    'is refused while the room is %s, but for fans who have a ticket',
    async (status, code, retryable) => {
      const concertId = await queue.openRoom();
      const { fan, id } = await queue.join(concertId);
      await queue.move(concertId);
      await queue.database.query('UPDATE rooms SET status = ? WHERE concert_id = ?', [status, concertId]);
      expect((await enter(aFan(), concertId)).entered).toMatchObject({
        __typename: 'Refusal',
        code,
        retryable,
      });
      expect((await enter(fan, concertId)).entered).toMatchObject({ id, status: 'ADMITTED' });
      expect(await queue.room(concertId)).toMatchObject({ lastNumber: 1 });
    },
  );

  it('waits for the room of a concert that was made just now, and so do looks at it', async () => {
    const concertId = testIds.next();
    const entering = enter(aFan(), concertId);
    const looking = queue.graph.execute(null, 'query ($id: ID!) { waitingRoom(concertId: $id) { status } }', {
      id: concertId,
    });
    const completing = queue.graph.entities(null, 'Concert', [{ id: concertId }], 'waitingRoom { status }');
    await queue.openRoom({}, concertId);
    expect((await entering).entered).toMatchObject({ number: 1 });
    expect((await looking).data).toEqual({ waitingRoom: { status: 'OPEN' } });
    expect((await completing).data).toEqual([{ waitingRoom: { status: 'OPEN' } }]);
  });

  it('can be tried again when the room takes longer to open', async () => {
    const { entered } = await enter(aFan(), testIds.next());
    expect(entered).toMatchObject({ code: 'NOT_READY_YET', retryable: true });
  });

  it.each(ids)('finds no room of the concert "%.50s"', async (concertId) => {
    const { entered } = await enter(aFan(), concertId);
    expect(entered).toMatchObject({ code: 'NOT_FOUND', retryable: false });
  });

  it('needs a fan', async () => {
    const { errors } = await enter(null, await queue.openRoom());
    expect(errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });
});

describe('a room that asks for a challenge', () => {
  const join = async (viewer: Viewer, concertId: string, challengeSolution?: string) => {
    const { data } = await queue.graph.execute(
      viewer,
      `mutation ($concertId: ID!, $challengeSolution: String) {
        enterQueue(concertId: $concertId, challengeSolution: $challengeSolution) {
          ... on QueueTicket { id } ${refusal} } }`,
      { concertId, challengeSolution },
    );
    return data.enterQueue;
  };
  const ask = async (viewer: Viewer | null, concertId: string) =>
    queue.graph.execute(
      viewer,
      `query ($concertId: ID!) { queueChallenge(concertId: $concertId) { json expiresAt } }`,
      { concertId },
    );
  const solve = async (viewer: Viewer, concertId: string) => {
    const { data } = await ask(viewer, concertId);
    const challenge = JSON.parse(data.queueChallenge.json) as Challenge;
    const solution = await solveChallenge({ challenge, deriveKey });
    return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
  };
  const leave = (viewer: Viewer, id: string) =>
    queue.graph.execute(viewer, `mutation { leaveQueue(ticketId: "${id}") { __typename } }`);
  const required = { code: 'CHALLENGE_REQUIRED', retryable: false };

  it('lets in who solved one, once for each solution', async () => {
    const concertId = await queue.openRoom({ challenge: true });
    const fan = aFan();
    expect(await join(fan, concertId)).toMatchObject(required);
    expect(await join(fan, concertId, 'nonsense')).toMatchObject(required);
    const [solution, spare] = [await solve(fan, concertId), await solve(fan, concertId)];
    const { id } = await join(fan, concertId, solution);
    expect(await queue.ticket(id)).toMatchObject({ status: 'WAITING', number: 1 });
    // Who is in the room has solved one.
    expect(await join(fan, concertId)).toEqual({ id });
    await leave(fan, id);
    for (const used of [solution, spare]) expect(await join(fan, concertId, used)).toMatchObject(required);
    const again = await join(fan, concertId, await solve(fan, concertId));
    expect(await queue.ticket(again.id)).toMatchObject({ status: 'WAITING', number: 2 });
  });

  it('gives one ticket for a solution that both replicas get at once, and each fan of a group their own answer', async () => {
    const concertId = await queue.openRoom({ challenge: true });
    const [fan, other, without] = [aFan(), aFan(), aFan()];
    const solution = await solve(fan, concertId);
    const answers = await Promise.all([
      join(fan, concertId, solution),
      join(fan, concertId),
      join(other, concertId, solution),
      join(without, concertId),
      join(fan, concertId, solution),
    ]);
    expect(answers[2]).toMatchObject(required);
    expect(answers[3]).toMatchObject(required);
    expect(await queue.tickets(concertId)).toMatchObject([{ userId: fan.id, number: 1 }]);
  });

  it('is one for as long as an operator wants it', async () => {
    const concertId = await queue.openRoom();
    const configure = async (challenge: boolean) => {
      const { data } = await queue.graph.execute(
        anOperator(),
        `mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) {
          ... on WaitingRoom { challenge } } }`,
        { input: { concertId, challenge } },
      );
      return data.configureWaitingRoom;
    };
    expect((await ask(aFan(), concertId)).data.queueChallenge).toBeNull();
    expect(await configure(true)).toEqual({ challenge: true });
    expect(await join(aFan(), concertId)).toMatchObject(required);
    expect(await configure(false)).toEqual({ challenge: false });
    expect(await join(aFan(), concertId)).toMatchObject({ id: expect.any(String) });
  });

  it('gives challenges to those who are logged in, of rooms that there are', async () => {
    const concertId = await queue.openRoom({ challenge: true });
    expect((await ask(null, concertId)).errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    for (const id of ids) expect((await ask(aFan(), id)).data.queueChallenge).toBeNull();
  });
});

describe('leaveQueue', () => {
  const leave = async (viewer: Viewer | null, ticketId: string) => {
    const { data, errors } = await queue.graph.execute(
      viewer,
      `mutation ($ticketId: ID!) { leaveQueue(ticketId: $ticketId) {
        ... on QueueTicket { id status position estimatedWaitSeconds } ${refusal} } }`,
      { ticketId },
    );
    return { left: data?.leaveQueue, errors };
  };
  const ends = async (ticketId: string) =>
    (await emittedOf(queue.outbox, ticketEnded)).filter((event) => event.ticketId === ticketId);

  it('gives up a place in the line; those behind move up', async () => {
    const concertId = await queue.openRoom();
    const first = await queue.join(concertId);
    const second = await queue.join(concertId);
    expect((await leave(first.fan, first.id)).left).toEqual({
      id: first.id,
      status: 'LEFT',
      position: 0,
      estimatedWaitSeconds: 0,
    });
    const { data } = await queue.graph.execute(
      second.fan,
      `{ queueTicket(id: "${second.id}") { position number } waitingRoom(concertId: "${concertId}") { waiting } }`,
    );
    expect(data).toEqual({ queueTicket: { position: 1, number: 2 }, waitingRoom: { waiting: 1 } });
    expect(await ends(first.id)).toEqual([
      { ticketId: first.id, userId: first.fan.id, concertId, reason: 'LEFT' },
    ]);
  });

  it('gives up a place in the shop', async () => {
    const concertId = await queue.openRoom();
    const { fan, id } = await queue.join(concertId);
    await queue.move(concertId);
    expect((await leave(fan, id)).left).toMatchObject({ status: 'LEFT' });
    expect(await ends(id)).toMatchObject([{ reason: 'LEFT' }]);
    expect(await queue.room(concertId)).toMatchObject({ waiting: 0 });
  });

  it('returns a ticket that ended as it is', async () => {
    const concertId = await queue.openRoom();
    const { fan, id } = await queue.join(concertId);
    await Promise.all([leave(fan, id), leave(fan, id), leave(fan, id)]);
    expect((await leave(fan, id)).left).toMatchObject({ id, status: 'LEFT' });
    expect(await ends(id)).toHaveLength(1);
    expect(await queue.room(concertId)).toMatchObject({ waiting: 0 });
  });

  it('finds no ticket of somebody else, not even for operators', async () => {
    const concertId = await queue.openRoom();
    const { id } = await queue.join(concertId);
    expect((await leave(aFan(), id)).left).toMatchObject({ code: 'NOT_FOUND', retryable: false });
    expect((await leave(anOperator(), id)).left).toMatchObject({ code: 'NOT_FOUND' });
    expect(await queue.ticket(id)).toMatchObject({ status: 'WAITING' });
  });

  it.each(ids)('finds no ticket "%.50s"', async (ticketId) => {
    expect((await leave(aFan(), ticketId)).left).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('needs a fan', async () => {
    expect((await leave(null, newId())).errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });
});

describe('configureWaitingRoom', () => {
  const configure = async (viewer: Viewer | null, input: Record<string, unknown>) => {
    const { data, errors } = await queue.graph.execute(
      viewer,
      `mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) {
        ... on WaitingRoom { status waiting active maxActive admitPerSecond admissionSeconds } ${refusal} } }`,
      { input },
    );
    return { configured: data?.configureWaitingRoom, errors };
  };

  it('changes what is given and keeps the rest', async () => {
    const concertId = await queue.openRoom();
    const defaults = {
      status: 'OPEN',
      waiting: 0,
      active: 0,
      maxActive: 100,
      admitPerSecond: 50,
      admissionSeconds: 600,
    };
    expect((await configure(anOperator(), { concertId, status: null })).configured).toEqual(defaults);
    const changed = { maxActive: 100_000, admitPerSecond: 0.25, admissionSeconds: 30 };
    expect((await configure(anOperator(), { concertId, ...changed })).configured).toEqual({
      ...defaults,
      ...changed,
    });
  });

  it('is recorded once if the answer to its COMMIT is lost, and not at all if it changes nothing', async () => {
    const concertId = await queue.openRoom();
    loseNextCommit(queue.database);
    for (let i = 0; i < 2; i++) {
      const { configured } = await configure(anOperator(), { concertId, maxActive: 5 });
      expect(configured).toMatchObject({ maxActive: 5 });
    }
    const recorded = await emittedOf(queue.outbox, operatorActed);
    expect(recorded.filter(({ subjectId }) => subjectId === concertId)).toMatchObject([
      { before: { maxActive: 100 }, after: { maxActive: 5 } },
    ]);
  });

  it.each([
    ['maxActive', [0, -1, 100_001, 2_147_483_647]],
    ['admitPerSecond', [0, -0.5, 10_000.1, 1e300]],
    ['admissionSeconds', [0, 29, 86_401, -2_147_483_648]],
  ])('takes no %s outside of its limits', async (name, values) => {
    const concertId = await queue.openRoom();
    const before = await queue.room(concertId);
    for (const value of values) {
      const { errors } = await configure(anOperator(), { concertId, status: 'PAUSED', [name]: value });
      expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: `input.${name}` });
    }
    expect(await queue.room(concertId)).toEqual(before);
  });

  it('sends the line home when it closes, and lets those in the shop finish', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    const shopping = await queue.join(concertId);
    await queue.move(concertId);
    const waiting = await queue.join(concertId);
    const { configured } = await configure(anOperator(), { concertId, status: 'CLOSED' });
    expect(configured).toMatchObject({ status: 'CLOSED', waiting: 0, active: 1 });
    expect(await queue.ticket(waiting.id)).toMatchObject({ status: 'EXPIRED', endedBecause: 'EXPIRED' });
    expect(await queue.ticket(shopping.id)).toMatchObject({ status: 'ADMITTED' });
    const ended = await emittedOf(queue.outbox, ticketEnded);
    expect(ended.filter((event) => event.concertId === concertId)).toMatchObject([
      { ticketId: waiting.id, reason: 'EXPIRED' },
    ]);
  });

  it('keeps all places while paused, and goes on where it stopped', async () => {
    const concertId = await queue.openRoom();
    const first = await queue.join(concertId);
    await configure(anOperator(), { concertId, status: 'PAUSED' });
    await queue.age(first.id, 3_600);
    await queue.move(concertId);
    expect(await queue.ticket(first.id)).toMatchObject({ status: 'WAITING' });
    await configure(anOperator(), { concertId, status: 'OPEN' });
    await queue.move(concertId);
    expect(await queue.ticket(first.id)).toMatchObject({ status: 'ADMITTED' });
  });

  it.each(ids)('finds no room of the concert "%.50s"', async (concertId) => {
    const { configured } = await configure(anOperator(), { concertId, maxActive: 5 });
    expect(configured).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is for operators', async () => {
    const concertId = await queue.openRoom();
    const input = { concertId, maxActive: 5 };
    expect((await configure(null, input)).errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    expect((await configure(aFan(), input)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    expect(await queue.room(concertId)).toMatchObject({ maxActive: 100 });
  });
});
