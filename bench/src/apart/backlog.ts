import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { userRegistered } from '@frontrow/events/contracts/users';
import { newId } from '@frontrow/kit/ids';
import { Fan } from '@frontrow/stack/fan';
import { startSystem } from '@frontrow/tests/testing/system';
import type { System } from '@frontrow/tests/testing/system';

const rowsAtATime = 1_000;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/**
 * How fast the outbox of users is published after a long outage of the broker, and how long fans who register meanwhile wait
 * until their event is in the stream. The consumers of these events run at the same time, and use their share of the machine.
 */
export async function measureBacklog(events = 1_000_000): Promise<void> {
  const system = await startSystem({ durable: true });
  const outbox = await createConnection({ uri: system.stack.databaseUrl('users'), timezone: 'Z' });
  try {
    await measure(system, outbox, events);
  } finally {
    await outbox.end();
    await system.stop();
  }
}

async function measure({ stack, url }: System, outbox: Connection, count: number): Promise<void> {
  const broker = stack.process('nats');
  let startedAt = 0;
  await broker.killAndThen(async () => {
    await fill(outbox, count);
    console.log(`${await waiting(outbox)} events wait.`);
    startedAt = performance.now();
  });
  while ((await waiting(outbox)) >= count) await pause(100);
  const beganAt = performance.now();
  console.log(`The first leave ${seconds(beganAt - startedAt)} after the broker was started.`);
  const waits: number[] = [];
  for (let n = 0; (await waiting(outbox)) > 0; n++) {
    const fan = `late ${n}`;
    await Fan.register(url, fan);
    waits.push(await publishedAfter(outbox, fan));
    await pause(1_000);
  }
  const tookMs = performance.now() - beganAt;
  const sorted = waits.toSorted((a, b) => a - b);
  console.log(`The backlog left at ${Math.round(count / (tookMs / 1_000))} events/s, in ${seconds(tookMs)}.`);
  console.log(
    `${waits.length} new events left after ${sorted[Math.floor(waits.length / 2)]} ms (median), ${sorted.at(-1)} ms at the most.`,
  );
}

/** Events that were emitted an hour ago. */
async function fill(outbox: Connection, count: number): Promise<void> {
  const emittedAt = new Date(Date.now() - 3_600_000);
  for (let stored = 0; stored < count; stored += rowsAtATime) {
    const rows = Array.from({ length: Math.min(rowsAtATime, count - stored) }, () => {
      const userId = newId();
      const event = userRegistered.about(userId, { userId, name: 'one of many' });
      const envelope = {
        ...event,
        specversion: '1.0',
        id: newId(),
        source: '/frontrow/users',
        time: emittedAt.toISOString(),
        datacontenttype: 'application/json',
      };
      return [envelope.id, event.type, event.subject, JSON.stringify(envelope), emittedAt];
    });
    await outbox.query('INSERT INTO outbox (id, type, subject, envelope, created_at) VALUES ?', [rows]);
  }
}

async function waiting(outbox: Connection): Promise<number> {
  const [rows] = await outbox.query('SELECT COUNT(*) AS waiting FROM outbox WHERE published_at IS NULL');
  return Number((rows as { waiting: number }[])[0]?.waiting);
}

/** The time from the event's emission to its publication, in ms. */
async function publishedAfter(outbox: Connection, name: string): Promise<number> {
  for (;;) {
    const [rows] = await outbox.query(
      'SELECT created_at, published_at FROM outbox WHERE envelope LIKE ? ORDER BY position DESC LIMIT 1',
      [`%"${name}"%`],
    );
    const [row] = rows as { created_at: Date; published_at: Date | null }[];
    if (row?.published_at) return row.published_at.getTime() - row.created_at.getTime();
    await pause(20);
  }
}
