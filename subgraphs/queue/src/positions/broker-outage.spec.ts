import { eventually } from '@frontrow/events/testing/eventually';
import { startOwnBroker } from '@frontrow/events/testing/own-servers';
import type { OwnServer } from '@frontrow/events/testing/own-servers';
import type { Viewer } from '@frontrow/kit/viewer';
import { queueUnderTest } from '../testing.ts';
import type { QueueUnderTest, Replica } from '../testing.ts';

let nats: OwnServer;
let queue: QueueUnderTest;
let other: Replica;
beforeAll(async () => {
  nats = await startOwnBroker();
  queue = await queueUnderTest(nats.url);
  other = await queue.replica();
});
afterAll(async () => {
  await queue.close();
  await nats.end();
});

const leave = (fan: Viewer, id: string) =>
  queue.graph.execute(fan, `mutation { leaveQueue(ticketId: "${id}") { __typename } }`);

it('a line goes on without the broker, also for who follows it at another replica', async () => {
  const concertId = await queue.openRoom({ maxActive: 1, admitPerSecond: 1_000 });
  const joined = [];
  for (let i = 0; i < 5; i++) joined.push(await queue.join(concertId));
  const last = joined.pop()!;
  const events = await other.graph.subscribe(
    last.fan,
    `subscription { queuePosition(ticketId: "${last.id}") { position status } }`,
  );
  const next = async () => (await events.next()).value?.data.queuePosition;
  const until = async (isReached: (shown: { position: number; status: string }) => boolean) => {
    for (;;) {
      const shown = await next();
      if (isReached(shown)) return shown;
    }
  };
  expect(await next()).toEqual({ position: 5, status: 'WAITING' });

  await nats.kill();
  await eventually(() => expect(other.broker.isConnected()).toBe(false));
  for (const { fan, id } of joined.slice(0, 2)) await leave(fan, id);
  // A look between the two ends shows the fan position 4 first.
  expect(await until(({ position }) => position < 4)).toEqual({ position: 3, status: 'WAITING' });
  await queue.move(concertId);
  expect(await next()).toEqual({ position: 2, status: 'WAITING' });

  await nats.start();
  for (const { fan, id } of joined.slice(2)) await leave(fan, id);
  await next();
  await queue.move(concertId);
  expect(await until(({ status }) => status !== 'WAITING')).toEqual({ position: 0, status: 'ADMITTED' });
  await leave(last.fan, last.id);
  expect(await next()).toEqual({ position: 0, status: 'LEFT' });
  expect((await events.next()).done).toBe(true);
});
