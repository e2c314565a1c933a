import { jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { streamName } from './broker.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker, startOwnDatabaseServer } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { databaseOn, leaveEffect, registered, silent, startReplica, unpublished } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

/** What the log says about attempts that failed: there must be none, for their number is limited. */
const failures = jest.spyOn(silent, 'warn');
beforeAll(() => jest.spyOn(silent, 'child').mockReturnValue(silent as never));
const failedAttempts = () =>
  failures.mock.calls.filter((call) => String(call).includes('handling an event failed'));

let nats: OwnServer;
let mysql: OwnServer;
let producer: TestReplica;
let consumer: TestReplica;
beforeAll(async () => {
  [nats, mysql] = await Promise.all([startOwnBroker(), startOwnDatabaseServer()]);
  producer = await startReplica({ natsUrl: nats.url, service: 'producer' });
  const databaseUrl = await databaseOn(mysql.url);
  consumer = await startReplica({ natsUrl: nats.url, service: 'consumer', databaseUrl });
  producer.startRelay();
  consumer.startRelay();
});
afterAll(async () => {
  await producer.stop();
  await consumer.stop();
  await Promise.all([nats.end(), mysql.end()]);
});

const outageMs = 2_000;
const outages: Record<string, () => Promise<void>> = {
  'is killed and comes back': async () => {
    await mysql.kill();
    await pause(outageMs);
    await mysql.start();
  },
  'is shut down and comes back': async () => {
    await mysql.shutDown();
    await pause(outageMs);
    await mysql.start();
  },
  'hangs for a while': async () => {
    mysql.signal('SIGSTOP');
    await pause(outageMs);
    mysql.signal('SIGCONT');
  },
};

describe("a consumer's database", () => {
  it.each(Object.keys(outages))('that %s costs no event and makes no dead letter', async (what) => {
    const running = consumer.startConsumer(leaveEffect);
    const outage = { isOver: false };
    const sent: string[] = [];
    const sending = (async () => {
      while (!outage.isOver) {
        const names = Array.from({ length: 5 }, (_, i) => `${what} ${String(sent.length + i)}`);
        sent.push(...names);
        await producer.emit(...names.map(registered));
        await pause(5);
      }
    })();
    await eventually(async () => expect((await consumer.effects()).length).toBeGreaterThan(20));
    // What the service itself does meanwhile waits for its database, too.
    const committed: Promise<void>[] = [];
    const committing = setInterval(() => {
      committed.push(consumer.emit(registered(`own, while it ${what} ${String(committed.length)}`)));
    }, 100);
    await (outages[what] as () => Promise<void>)();
    clearInterval(committing);
    outage.isOver = true;
    await sending;

    await expect(Promise.all(committed)).resolves.toHaveLength(committed.length);
    expect(committed.length).toBeGreaterThan(10);
    const own = committed.map((_, i) => `own, while it ${what} ${String(i)}`);
    await eventually(async () =>
      expect(new Set(await consumer.effects())).toEqual(new Set([...own, ...sent])),
    );
    // Its own may have come true twice, where the connection broke during a COMMIT; an event from outside never does.
    const effects = (await consumer.effects()).filter((name) => !name.startsWith('own'));
    expect(effects.toSorted()).toEqual(sent.toSorted());
    await eventually(async () => expect(await unpublished(consumer)).toBe(0));
    expect(failedAttempts()).toEqual([]);
    expect(await consumer.database.query('SELECT * FROM dead_letters')).toEqual([]);
    await eventually(async () => {
      const { num_pending, num_ack_pending } = await consumer.broker.manager.consumers.info(
        streamName,
        running.name,
      );
      expect({ num_pending, num_ack_pending }).toEqual({ num_pending: 0, num_ack_pending: 0 });
    });
    await running.stop();
    await consumer.database.query('DELETE FROM effects');
  });
});
