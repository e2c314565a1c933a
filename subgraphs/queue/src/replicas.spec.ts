import { ticketAdmitted, ticketEnded } from '@frontrow/events/contracts/queue';
import { emittedOf } from '@frontrow/events/testing';
import { aFan } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { setTimeout as pause } from 'node:timers/promises';
import { admittable, pacedAfter } from './domain/room.ts';
import { endOverdueAdmissions } from './operations/end-overdue-admissions.ts';
import { mostActive, queueUnderTest, upTo, withStatus } from './testing.ts';
import type { QueueUnderTest, Replica } from './testing.ts';

// Two processes, each with its own connections and its own loops, on one database.

let queue: QueueUnderTest;
let replicas: [Replica, Replica];
beforeEach(async () => {
  queue = await queueUnderTest();
  replicas = [queue, await queue.replica()];
});
afterEach(() => queue.close());

const either = (i: number) => replicas[i % 2] as Replica;

async function enter(
  replica: Replica,
  fan: Viewer,
  concertId: string,
): Promise<{ id: string; number: number }> {
  const { data, errors } = await replica.graph.execute(
    fan,
    `mutation { enterQueue(concertId: "${concertId}") { ... on QueueTicket { id number } ... on Refusal { code } } }`,
  );
  expect(errors).toBeUndefined();
  return data.enterQueue;
}

const leave = (replica: Replica, fan: Viewer, id: string) =>
  replica.graph.execute(fan, `mutation { leaveQueue(ticketId: "${id}") { __typename } }`);

async function until(condition: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('it did not happen within 20 s');
    await pause(50);
  }
}

describe('a replica that starts', () => {
  it('takes nobody’s place, because nobody could be seen while none ran', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    await queue.database.query(
      'UPDATE rooms SET opened_at = opened_at - INTERVAL 1 HOUR WHERE concert_id = ?',
      [concertId],
    );
    const fans = [await queue.join(concertId), await queue.join(concertId), await queue.join(concertId)];
    for (const { id } of fans) await queue.age(id, 600);
    queue.start();
    // Those who are away leave the line before anybody is let in.
    await until(async () => (await queue.tickets(concertId)).some(({ status }) => status !== 'WAITING'));
    const statuses = (await queue.tickets(concertId)).map(({ status }) => status);
    expect(statuses).toEqual(['ADMITTED', 'WAITING', 'WAITING']);
  });
});

describe('two replicas', () => {
  it('give 500 fans who join at once the numbers 1 to 500', async () => {
    const concertId = await queue.openRoom();
    const fans = Array.from({ length: 500 }, () => aFan());
    const entered = await Promise.all(fans.map((fan, i) => enter(either(i), fan, concertId)));
    expect(entered.map(({ number }) => number).sort((a, b) => a - b)).toEqual(upTo(500));
    const tickets = await queue.tickets(concertId);
    expect(tickets.map(({ number }) => number)).toEqual(upTo(500));
    expect(await queue.room(concertId)).toMatchObject({ lastNumber: 500, waiting: 500 });
  });

  it('give a fan who joins 20 times at once one ticket', async () => {
    const concertId = await queue.openRoom();
    const fan = aFan();
    const entered = await Promise.all(Array.from({ length: 20 }, (_, i) => enter(either(i), fan, concertId)));
    expect(new Set(entered.map(({ id }) => id)).size).toBe(1);
    expect(await queue.tickets(concertId)).toHaveLength(1);
    expect(await queue.room(concertId)).toMatchObject({ lastNumber: 1, waiting: 1 });
  });

  it('write a rush in few inserts', async () => {
    const concertId = await queue.openRoom();
    await Promise.all(Array.from({ length: 500 }, () => enter(queue, aFan(), concertId)));
    const moments = new Set((await queue.tickets(concertId)).map(({ joinedAt }) => joinedAt.getTime()));
    expect(moments.size).toBeLessThan(20);
  });

  it('let in everybody in order, never more than maxActive at once, while fans join and leave', async () => {
    const concertId = await queue.openRoom({ maxActive: 10, admitPerSecond: 10_000 });
    for (const replica of replicas) replica.start();
    // One look is for all who wait: a hundred who each ask the database would keep it from the replicas.
    let looking: Promise<Set<string>> | undefined;
    const look = async () => {
      await pause(50);
      looking = undefined;
      return new Set(withStatus(await queue.tickets(concertId), 'ADMITTED').map(({ id }) => id));
    };
    let leavers = 0;
    const shop = async (i: number) => {
      const fan = aFan();
      const { id } = await enter(either(i), fan, concertId);
      if (i % 3 === 0) {
        leavers++;
        await leave(either(i + 1), fan, id);
        return;
      }
      await until(async () => (await (looking ??= look())).has(id));
      await leave(either(i), fan, id);
    };
    await Promise.all(Array.from({ length: 150 }, (_, i) => shop(i)));

    const tickets = await queue.tickets(concertId);
    expect(tickets.map(({ number }) => number)).toEqual(upTo(150));
    expect(withStatus(tickets, 'LEFT')).toHaveLength(150);
    expect(mostActive(tickets)).toBeLessThanOrEqual(10);
    const admitted = tickets.filter(({ admittedAt }) => admittedAt !== null);
    expect(admitted.length).toBeGreaterThanOrEqual(150 - leavers);
    const admissions = admitted.map(({ admittedAt }) => admittedAt?.getTime() ?? 0);
    expect(admissions).toEqual([...admissions].sort((a, b) => a - b));
    // Each end and each admission was told once.
    expect(await emittedOf(queue.outbox, ticketAdmitted)).toHaveLength(admitted.length);
    expect(await emittedOf(queue.outbox, ticketEnded)).toHaveLength(150);
    expect(await queue.room(concertId)).toMatchObject({ waiting: 0, lastNumber: 150 });
  });

  it('keep to the rate together', async () => {
    const concertId = await queue.openRoom({ maxActive: 1_000, admitPerSecond: 40 });
    const fans = Array.from({ length: 100 }, () => aFan());
    await Promise.all(fans.map((fan, i) => enter(either(i), fan, concertId)));
    let room = await queue.room(concertId);
    for (const replica of replicas) replica.start();
    const admitted = async () => withStatus(await queue.tickets(concertId), 'ADMITTED');
    await until(async () => (await admitted()).length === 100);
    const moments = (await admitted()).map(({ admittedAt }) => admittedAt?.getTime() ?? 0);
    const [first = 0] = moments;
    for (const moment of new Set(moments)) {
      const soFar = moments.filter((other) => other <= moment).length;
      expect(soFar).toBeLessThanOrEqual(41 + ((moment - first) * 40) / 1_000);
    }
    // Whenever the machine let a replica look, it admitted all whom the rate allowed by then.
    let soFar = 0;
    for (const moment of new Set(moments)) {
      const now = new Date(moment);
      const wave = moments.filter((other) => other === moment).length;
      expect(wave).toBe(Math.min(100 - soFar, admittable(room, soFar, now)));
      room = { ...room, pacedUntilMs: pacedAfter(room, wave, now) };
      soFar += wave;
    }
    // 40 at once, the other 60 in 1.5 s. A busy machine may take longer, but not as long as a line that hardly anybody looks at.
    expect((moments.at(-1) ?? 0) - first).toBeLessThan(5_000);
  });

  it('end each overdue admission once, and fill its place', async () => {
    const concertId = await queue.openRoom({ maxActive: 50, admitPerSecond: 10_000 });
    const fans = Array.from({ length: 100 }, () => aFan());
    await Promise.all(fans.map((fan, i) => enter(either(i), fan, concertId)));
    await queue.move(concertId);
    await queue.database.query("UPDATE tickets SET expires_at = UTC_TIMESTAMP(3) WHERE status = 'ADMITTED'");
    await Promise.all(Array.from({ length: 8 }, (_, i) => endOverdueAdmissions(either(i).outbox)));
    expect(await emittedOf(queue.outbox, ticketEnded)).toHaveLength(50);
    for (const replica of replicas) replica.start();
    await until(async () => withStatus(await queue.tickets(concertId), 'ADMITTED').at(-1)?.number === 100);
    const tickets = await queue.tickets(concertId);
    expect(withStatus(tickets, 'EXPIRED').map(({ number }) => number)).toEqual(upTo(50));
    expect(withStatus(tickets, 'ADMITTED')).toHaveLength(50);
    expect(await emittedOf(queue.outbox, ticketEnded)).toHaveLength(50);
  });
});
