import { jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureStream, streamName } from './broker.ts';
import { everySaga } from './contracts/sagas.ts';
import { lastOf, publishRows, rowColumns } from './publish-rows.ts';
import type { OutboxRow } from './publish-rows.ts';
import { republish } from './republish.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { inStream, leaveEffect, namesOf, registered, startReplica, unpublished } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let service: TestReplica;
let others: TestReplica[] = [];
beforeEach(async () => {
  nats = await startOwnBroker();
  service = await startReplica({ natsUrl: nats.url });
});
afterEach(async () => {
  for (const replica of [...others, service]) await replica.stop();
  others = [];
  await nats.end();
});

const anotherReplica = async () => {
  const replica = await startReplica({ natsUrl: nats.url, databaseUrl: service.databaseUrl });
  others.push(replica);
  return replica;
};
const allPublished = () => eventually(async () => expect(await unpublished(service)).toBe(0));
const names = (count: number, what = 'event') =>
  Array.from({ length: count }, (_, i) => `${what} ${String(i).padStart(4, '0')}`);

describe('a relay', () => {
  it('publishes each row once together with another one, and leaves none', async () => {
    const replicas = [service, await anotherReplica()];
    const publishing = replicas.map(({ broker }) => jest.spyOn(broker.stream, 'publish'));
    await service.emit(...names(500, 'waiting').map(registered));
    for (const replica of replicas) replica.startRelay();
    const emitting = replicas.map(async (replica, i) => {
      for (const name of names(100, `replica ${String(i)}`)) await replica.emit(registered(name));
    });
    await Promise.all(emitting);
    await allPublished();
    const expected = [...names(500, 'waiting'), ...names(100, 'replica 0'), ...names(100, 'replica 1')];
    expect(namesOf(await inStream(service.broker)).toSorted()).toEqual(expected.toSorted());
    // The stream would have dropped copies, so it says nothing about them.
    const calls = publishing.map((publish) => publish.mock.calls.length);
    expect(calls[0]! + calls[1]!).toBe(expected.length);
  });

  it('publishes what its process commits without another look at it, and notes together what the stream has taken', async () => {
    const relay = service.startRelay();
    await eventually(() => relay.check());
    await service.emit(registered('first'));
    await allPublished();
    const statements: string[] = [];
    jest.spyOn(service.database.logger, 'logQuery').mockImplementation((sql) => void statements.push(sql));
    const startedAt = performance.now();
    for (const name of names(40)) await service.emit(registered(name));
    await allPublished();
    const halfSeconds = Math.ceil((performance.now() - startedAt) / 500);
    const notes = statements.filter((sql) => sql.startsWith('UPDATE outbox'));
    expect(notes.length).toBeLessThanOrEqual(halfSeconds + 1);
    expect(statements.filter((sql) => sql.includes('envelope') && sql.startsWith('SELECT'))).toEqual([]);
    expect(namesOf(await inStream(service.broker))).toEqual(['first', ...names(40)]);
  });

  it('forgets what the broker took before it went away: it may not have it any more', async () => {
    const relay = service.startRelay();
    await eventually(() => relay.check());
    await service.emit(registered('noted'));
    await allPublished();
    // Not noted at once, because something was just now.
    await service.emit(registered('taken'));
    await eventually(async () => expect(namesOf(await inStream(service.broker))).toEqual(['noted', 'taken']));
    const publishing = jest.spyOn(service.broker.stream, 'publish');
    await nats.kill();
    await eventually(() => expect(service.broker.isConnected()).toBe(false));
    expect(await unpublished(service)).toBe(1);
    await nats.start();
    await allPublished();
    expect(publishing).toHaveBeenCalled();
    expect(namesOf(await inStream(service.broker))).toEqual(['noted', 'taken']);
  });

  it('publishes again what it could not mark, without a second effect', async () => {
    const consumer = service.startConsumer(leaveEffect);
    await ensureStream(service.broker);
    // The stream takes the event, and its answer is lost: the copy is more than the stream's own memory may catch.
    const { stream } = service.broker;
    const publish = stream.publish.bind(stream);
    let losses = 0;
    stream.publish = async (subject, payload, options) => {
      if (losses++ >= 2) return publish(subject, payload, options);
      await publish(subject, payload, { msgID: `copy ${String(losses)}` });
      throw new Error('TIMEOUT');
    };
    service.startRelay();
    await service.emit(registered('once'));
    await allPublished();
    await service.emit(registered('the next'));
    await eventually(async () => expect(await service.effects()).toHaveLength(2));
    expect(namesOf(await inStream(service.broker))).toEqual(['once', 'once', 'once', 'the next']);
    await consumer.stop();
    expect(await service.effects()).toEqual(['once', 'the next']);
  });

  it('publishes anew what the stream takes for a copy of a message that it has lost', async () => {
    const { broker, database } = service;
    await ensureStream(broker);
    await service.emit(registered('lost'));
    const rows = await database.query<OutboxRow[]>(`SELECT ${rowColumns} FROM outbox`);
    const publish = async () => lastOf((await publishRows(broker, rows)).acknowledged).sequence;
    const sequence = await publish();
    expect(await publish()).toBe(sequence);
    await broker.manager.streams.deleteMessage(streamName, sequence);
    expect(await publish()).toBeGreaterThan(sequence);
    expect(namesOf(await inStream(broker))).toEqual(['lost']);
  });

  it('empties a stream that keeps nothing of what it takes, and publishes all again', async () => {
    const { streams } = service.broker.manager;
    const purge = streams.purge.bind(streams);
    const lost = Object.assign(new Error('no message found'), { api_error: { err_code: 10037 } });
    const looking = jest.spyOn(streams, 'getMessage').mockRejectedValue(lost);
    const purging = jest.spyOn(streams, 'purge').mockImplementation((name, options) => {
      looking.mockRestore();
      return purge(name, options);
    });
    service.startRelay();
    await service.emit(registered('unlucky'));
    await eventually(async () => expect(await unpublished(service)).toBe(0), 20_000);
    expect(purging).toHaveBeenCalledTimes(1);
    expect(namesOf(await inStream(service.broker))).toContain('unlucky');
  });

  it('publishes, before it stops, what the last transactions emitted', async () => {
    const relay = service.startRelay();
    await eventually(() => relay.check());
    await Promise.all(names(50).map((name) => service.emit(registered(name))));
    await relay.stop();
    expect(await unpublished(service)).toBe(0);
  });

  it('publishes all of it before it stops, however much that is', async () => {
    await service.emit(...names(700, 'waiting').map(registered));
    const relay = service.startRelay();
    await relay.stop();
    expect(await unpublished(service)).toBe(0);
  });

  it('lets nothing new wait for a backlog', async () => {
    const backlog = names(3_000, 'old');
    await service.emit(...backlog.map(registered));
    await service.database.query('UPDATE outbox SET created_at = NOW(3) - INTERVAL 1 HOUR');
    const publish = service.broker.stream.publish;
    let stillWaiting: number | undefined;
    jest.spyOn(service.broker.stream, 'publish').mockImplementation(async (subject, payload, options) => {
      if ((payload as string).includes('"new"')) stillWaiting = await unpublished(service);
      await pause(200);
      return publish.call(service.broker.stream, subject, payload, options);
    });
    service.startRelay();
    await eventually(async () => expect(await unpublished(service)).toBeLessThan(2_500));
    await service.emit(registered('new'));
    await eventually(() => expect(stillWaiting).toBeGreaterThan(300));
    await eventually(async () => expect(await unpublished(service)).toBe(0), 20_000);
    expect(namesOf(await inStream(service.broker)).toSorted()).toEqual([...backlog, 'new'].toSorted());
  });

  it('lets nothing new wait for what is told again', async () => {
    const relay = service.startRelay();
    await service.emit(...names(2_000, 'old').map(registered));
    await allPublished();
    await relay.stop();
    await republish(service.database.manager, { subject: everySaga, since: new Date(0) });
    service.startRelay();
    const again = () =>
      service.database.query<unknown[]>('SELECT id FROM republications WHERE reached_position > 0');
    await eventually(async () => expect(await again()).toHaveLength(1));
    await service.emit(registered('new'));
    await allPublished();
    expect(await again()).toHaveLength(1);
    await eventually(async () => expect(await again()).toHaveLength(0), 20_000);
    const told = namesOf(await inStream(service.broker));
    expect(told).toHaveLength(4_001);
    expect(told.indexOf('new')).toBeLessThan(4_000);
  });

  it('finds what a process committed and did not live to publish', async () => {
    const relay = service.startRelay();
    await eventually(() => relay.check());
    const dead = await anotherReplica(); // has no relay, so nobody is woken by its commit
    await dead.emit(registered('left behind'));
    await eventually(async () => expect(await unpublished(service)).toBe(0), 3_000);
  });

  it('publishes everything that was committed while the broker was away, and says that it is not ready', async () => {
    const relay = service.startRelay();
    await service.emit(registered('before'));
    await allPublished();
    await relay.check();
    await nats.kill();
    await eventually(() => expect(service.broker.isConnected()).toBe(false));
    for (const name of names(300)) await service.emit(registered(name));
    await expect(relay.check()).rejects.toThrow();
    // It does not keep them locked while there is nobody to publish them to.
    const free = await service.database.query(
      'SELECT position FROM outbox WHERE published_at IS NULL FOR UPDATE SKIP LOCKED',
    );
    expect(free).toHaveLength(300);
    expect(await unpublished(service)).toBe(300);
    await nats.start();
    await allPublished();
    await eventually(() => relay.check());
    expect(namesOf(await inStream(service.broker)).toSorted()).toEqual(['before', ...names(300)]);
  });

  it('lets transactions commit while the broker hangs', async () => {
    const relay = service.startRelay();
    await eventually(() => relay.check());
    nats.signal('SIGSTOP');
    const began = Date.now();
    for (const name of names(20)) await service.emit(registered(name));
    expect(Date.now() - began).toBeLessThan(1_500);
    nats.signal('SIGCONT');
    await allPublished();
    expect(new Set(namesOf(await inStream(service.broker)))).toEqual(new Set(names(20)));
  });
});
