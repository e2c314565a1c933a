import { onBehalfOf } from '@frontrow/events/operator-action';
import { eventually } from '@frontrow/events/testing/eventually';
import { transaction } from '@frontrow/kit/database';
import { randomFrom } from '@frontrow/kit/testing/random';
import { aFan } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { setTimeout as pause } from 'node:timers/promises';
import { configureRoom } from './operations/configure-room.ts';
import { mostActive, queueUnderTest, upTo, withStatus } from './testing.ts';
import type { QueueUnderTest, Replica } from './testing.ts';

/** FANS=5000 for a rush that takes a minute or two. */
const count = Number(process.env['FANS'] ?? 300);
const maxActive = 50;
const random = randomFrom();

let queue: QueueUnderTest;
let replicas: readonly [Replica, Replica];
beforeAll(async () => {
  queue = await queueUnderTest();
  replicas = [queue, await queue.replica()];
});
afterAll(() => queue.close());

/** A fan, and what they were told. */
interface Guest {
  readonly fan: Viewer;
  readonly at: Replica;
  readonly id: string;
  readonly number: number;
  position: number;
  status: string;
}

async function join(concertId: string, i: number): Promise<Guest> {
  const fan = aFan();
  const at = i % 2 === 0 ? replicas[0] : replicas[1];
  const { data } = await at.graph.execute(
    fan,
    `mutation { enterQueue(concertId: "${concertId}") { ... on QueueTicket { id number position status } } }`,
  );
  return { fan, at, ...data.enterQueue };
}

const leave = ({ fan, at, id }: Guest) =>
  at.graph.execute(fan, `mutation { leaveQueue(ticketId: "${id}") { __typename } }`);

/** Follows the ticket at the other replica until it ends. Who is let in shops for a moment, and is done. */
async function follow(guest: Guest): Promise<void> {
  const elsewhere = guest.at === replicas[0] ? replicas[1] : replicas[0];
  const query = `subscription { queuePosition(ticketId: "${guest.id}") { position status } }`;
  for await (const { data } of await elsewhere.graph.subscribe(guest.fan, query)) {
    const { position, status } = data.queuePosition;
    if (status === 'WAITING') expect(position).toBeLessThanOrEqual(guest.position);
    Object.assign(guest, { position, status });
    if (status === 'ADMITTED') void pause(random.next() * 300).then(() => leave(guest));
  }
}

/** The position of each waiting ticket, counted one by one. */
async function counted(concertId: string): Promise<Map<string, number>> {
  const waiting = withStatus(await queue.tickets(concertId), 'WAITING');
  return new Map(waiting.map(({ id }, i) => [id, i + 1]));
}

/** The lines move meanwhile, so this may be the victim of a deadlock. */
const letTimePass = (change: string, ...which: unknown[]) =>
  transaction(queue.database, (manager) => manager.query(`UPDATE ${change}`, which));

it(`${count} fans at once, of whom a third leaves and a third falls silent, are let in exactly in order`, async () => {
  const concertId = await queue.openRoom({ maxActive, admitPerSecond: count / 10 });
  await letTimePass('rooms SET opened_at = opened_at - INTERVAL 1 HOUR WHERE concert_id = ?', concertId);
  const guests = await Promise.all(Array.from({ length: count }, (_, i) => join(concertId, i)));
  expect(guests.map(({ number }) => number).sort((a, b) => a - b)).toEqual(upTo(count));

  const followers = guests.filter((_, i) => i % 3 !== 2);
  const followed = followers.map(follow);
  // Who falls silent loses the place, although they have only just started.
  for (const replica of replicas) replica.start(0);
  const leavers = guests.filter((_, i) => i % 3 === 1);
  const left = Promise.all(leavers.map((guest) => pause(random.next() * 8_000).then(() => leave(guest))));
  await eventually(() => expect(followers.some(({ status }) => status === 'ADMITTED')).toBe(true));
  const silent = guests.filter((_, i) => i % 3 === 2).map(({ id }) => id);
  await letTimePass(
    "tickets SET last_seen_at = last_seen_at - INTERVAL 121 SECOND WHERE id IN (?) AND status = 'WAITING'",
    silent,
  );
  const silentOnes = async () =>
    (await queue.tickets(concertId)).filter(({ id }) => silent.includes(id)).map(({ status }) => status);
  await eventually(async () => expect(await silentOnes()).toContain('LEFT'), 30_000);

  // At rest everybody has been told the truth, and hears it when they look.
  await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
    status: 'PAUSED',
  });
  await left;
  const positions = await counted(concertId);
  expect(positions.size).toBeGreaterThan(count / 20);
  await eventually(() => {
    const told = followers.filter(({ status }) => status === 'WAITING');
    expect(told.map(({ id, position }) => [id, position])).toEqual(
      told.map(({ id }) => [id, positions.get(id)]),
    );
  });
  for (const [i, { fan, id }] of followers.slice(-100).entries()) {
    const look = `{ queueTicket(id: "${id}") { position } }`;
    const { data } = await (replicas[i % 2] as Replica).graph.execute(fan, look);
    expect(data.queueTicket.position).toBe(positions.get(id) ?? 0);
  }

  await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
    status: 'OPEN',
  });
  await letTimePass('rooms SET opened_at = opened_at - INTERVAL 1 HOUR WHERE concert_id = ?', concertId);
  await Promise.all(followed);
  await eventually(async () => expect((await queue.room(concertId)).waiting).toBe(0), 60_000);

  const tickets = await queue.tickets(concertId);
  expect(tickets.map(({ number }) => number)).toEqual(upTo(count));
  expect(mostActive(tickets)).toBeLessThanOrEqual(maxActive);
  const admissions = tickets.flatMap(({ admittedAt }) => (admittedAt === null ? [] : [admittedAt.getTime()]));
  expect(admissions).toEqual([...admissions].sort((a, b) => a - b));
  // Who neither left early nor fell silent was let in, and knows it: they leave only after they were told so.
  const patient = new Set(guests.filter((_, i) => i % 3 === 0).map(({ id }) => id));
  const shopped = tickets.filter(({ id, admittedAt }) => patient.has(id) && admittedAt !== null);
  expect(shopped.map(({ status }) => status)).toEqual(Array(patient.size).fill('LEFT'));
}, 240_000);
