import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { leaveEffect, registered, startReplica } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let producer: TestReplica;
let consumer: TestReplica;
beforeAll(async () => {
  nats = await startOwnBroker();
  producer = await startReplica({ natsUrl: nats.url, service: 'producer' });
  consumer = await startReplica({ natsUrl: nats.url, service: 'consumer' });
  producer.startRelay();
  consumer.startConsumer(leaveEffect);
  await producer.emit(registered('warm'));
  await eventually(async () => expect(await consumer.effects()).toEqual(['warm']));
});
afterAll(async () => {
  await producer.stop();
  await consumer.stop();
  await nats.end();
});

// The bounds are far from what an idle machine does (see README.md), and near enough to notice that something polls.

it('an event is handled soon after its commit', async () => {
  const latencies: number[] = [];
  for (let i = 0; i < 50; i++) {
    const name = `single ${String(i)}`;
    await producer.emit(registered(name));
    const committedAt = performance.now();
    for (;;) {
      const rows = await consumer.database.query('SELECT 1 FROM effects WHERE name = ?', [name]);
      if (rows.length > 0) break;
    }
    latencies.push(performance.now() - committedAt);
  }
  const median = latencies.toSorted((a, b) => a - b)[25]!;
  if (process.env['SHOW_FIGURES'] !== undefined) console.log(`median latency ${median.toFixed(1)} ms`);
  expect(median).toBeLessThan(250);
});

it('5,000 events pass through outbox, stream and inbox in seconds', async () => {
  const began = performance.now();
  const chunks = Array.from({ length: 100 }, (_, chunk) =>
    Array.from({ length: 50 }, (_, i) => registered(`${String(chunk)}-${String(i)}`)),
  );
  const writers = Array.from({ length: 8 }, async () => {
    for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
      await producer.emit(...chunk);
    }
  });
  await Promise.all(writers);
  const handled = async () => {
    const [row] = await consumer.database.query<{ n: string }[]>(
      `SELECT COUNT(*) AS n FROM effects WHERE name LIKE '%-%'`,
    );
    expect(Number(row?.n)).toBe(5_000);
  };
  await eventually(handled, 50_000);
  const perSecond = 5_000 / ((performance.now() - began) / 1_000);
  if (process.env['SHOW_FIGURES'] !== undefined) console.log(`${perSecond.toFixed(0)} events/s`);
  expect(perSecond).toBeGreaterThan(100);
}, 60_000);
