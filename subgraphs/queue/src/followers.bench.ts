// How fast 10,000 fans on one replica hear of each wave. Not part of `npm test`:
//   NODE_OPTIONS='--experimental-vm-modules --expose-gc' npx jest --selectProjects integration --testMatch '**/followers.bench.ts'
import { aFan } from '@frontrow/kit/testing/subgraph';
import { newId } from '@frontrow/kit/ids';
import { moveLine } from './operations/move-line.ts';
import { joinRoom } from './operations/join-room.ts';
import { findLiveTickets } from './storage/tickets.ts';
import { queueUnderTest } from './testing.ts';
import type { QueueUnderTest } from './testing.ts';

const count = Number(process.env['FANS'] ?? 10_000);
const waves = 20;

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

const statements = async () => {
  const [row] = await queue.database.query<{ Value: string }[]>("SHOW GLOBAL STATUS LIKE 'Questions'");
  return Number(row?.Value);
};
const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

it(`${count} fans hear of each wave`, async () => {
  const concertId = await queue.openRoom({ maxActive: 100_000, admitPerSecond: 1 });
  const fans = Array.from({ length: count }, () => newId());
  for (let i = 0; i < count; i += 500) await joinRoom(queue.live.lobby, concertId, fans.slice(i, i + 500));
  const tickets = await findLiveTickets(queue.database.manager, concertId, fans);

  const before = heap();
  /** When, and what, each fan was told last. */
  const told = new Map<string, { position: number; at: number }>();
  const query = `subscription ($ticketId: ID!) { queuePosition(ticketId: $ticketId) { position status concert { id } } }`;
  const began = performance.now();
  const subscriptions = await Promise.all(
    tickets.map(({ id, userId }) => queue.graph.subscribe(aFan(userId), query, { ticketId: id })),
  );
  for (const [i, events] of subscriptions.entries()) {
    const id = tickets[i]!.id;
    void (async () => {
      for await (const { data } of events) {
        told.set(id, { position: data.queuePosition.position, at: performance.now() });
      }
    })();
  }
  const everybodyHas = async (isRight: (position: number, number: number) => boolean) => {
    const right = () => tickets.every(({ id, number }) => isRight(told.get(id)?.position ?? -1, number));
    while (!right()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await everybodyHas((position, number) => position === number);
  const subscribing = performance.now() - began;
  const memory = (heap() - before) / count;

  const took: number[] = [];
  const cpu = process.cpuUsage();
  const asked: number[] = [];
  for (let wave = 1; wave <= waves; wave++) {
    await queue.database.query(
      'UPDATE rooms SET admit_per_second = 1000, paced_until_ms = 1000 * UNIX_TIMESTAMP(NOW(3)) - 10 WHERE concert_id = ?',
      [concertId],
    );
    const questions = await statements();
    await moveLine(queue.live.lobby, concertId);
    const committedAt = performance.now();
    const { lastNumber, waiting } = await queue.room(concertId);
    await everybodyHas((position, number) => position === Math.max(0, number - (lastNumber - waiting)));
    took.push(...[...told.values()].filter(({ at }) => at > committedAt).map(({ at }) => at - committedAt));
    asked.push((await statements()) - questions);
  }
  const { user, system } = process.cpuUsage(cpu);
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0)} ms`;
  console.log({
    'all subscribed after': `${subscribing.toFixed(0)} ms`,
    'heap of a subscription': `${memory.toFixed(0)} bytes`,
    'told after the commit': `median ${at(0.5)}, p99 ${at(0.99)}, last ${at(0.99999)}`,
    'CPU for each told': `${((user + system) / took.length).toFixed(0)} µs, the test’s own work included`,
    'statements for a wave': `${Math.min(...asked)} to ${Math.max(...asked)}`,
  });
}, 240_000);
