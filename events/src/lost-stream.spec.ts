import { cp, mkdtemp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureStream, streamName } from './broker.ts';
import { sagaReplayRequested } from './contracts/sagas.ts';
import { republishWhatWasLost } from './lost-stream.ts';
import { Relay } from './relay.ts';
import { replayEvents } from './replay-events.ts';
import { deliver, published } from './testing.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import {
  inStream,
  leaveEffect,
  namesOf,
  registered,
  silent,
  startReplica,
  unpublished,
} from './testing/service.ts';
import type { ReplicaOptions, TestReplica } from './testing/service.ts';

let nats: OwnServer;
let producer: TestReplica;
let consumer: TestReplica;
const others: TestReplica[] = [];
beforeEach(async () => {
  nats = await startOwnBroker();
  producer = await startReplica({ natsUrl: nats.url, service: 'producer' });
  consumer = await startReplica({ natsUrl: nats.url, service: 'consumer' });
});
afterEach(async () => {
  for (const replica of others.splice(0)) await replica.stop();
  await producer.stop();
  await consumer.stop();
  await nats.end();
});

const another = async (options: Omit<ReplicaOptions, 'natsUrl'>) => {
  const replica = await startReplica({ natsUrl: nats.url, ...options });
  others.push(replica);
  return replica;
};
/** @returns the folder of the copy */
async function copyOfDisk(): Promise<string> {
  await nats.kill();
  const copy = await mkdtemp(join(tmpdir(), 'frontrow-test-backup-'));
  await cp(nats.folder, copy, { recursive: true });
  await nats.start();
  return copy;
}

/** The broker has lost what came after the copy. */
async function restoreDisk(copy: string): Promise<void> {
  await nats.kill();
  await nats.wipe();
  await rename(copy, nats.folder);
  await nats.start();
}

const names = (count: number, what: string) =>
  Array.from({ length: count }, (_, i) => `${what} ${String(i).padStart(3, '0')}`);
const handled = (expected: string[], withinMs = 20_000) =>
  eventually(
    async () => expect((await consumer.effects()).toSorted()).toEqual(expected.toSorted()),
    withinMs,
  );
/** What the stream had kept may be there twice: the inbox drops it. */
const streamHas = (expected: string[]) =>
  eventually(
    async () =>
      expect([...new Set(namesOf(await inStream(producer.broker)))].toSorted()).toEqual(expected.toSorted()),
    20_000,
  );

const before = names(30, 'before');
const during = names(30, 'during');
const after = names(5, 'after');

describe('a stream that is lost', () => {
  it('gets the retained events again when it was deleted; what was handled is not handled twice', async () => {
    producer.startRelay();
    consumer.startConsumer(leaveEffect);
    await producer.emit(...before.map(registered));
    await handled(before);

    await producer.broker.manager.streams.delete(streamName);
    await producer.emit(...during.map(registered));
    await handled([...before, ...during]);
    await streamHas([...before, ...during]);
    await producer.emit(...after.map(registered));
    await handled([...before, ...during, ...after]);
  });

  it('gets the retained events again when it was deleted and nobody has anything new to say', async () => {
    producer.startRelay();
    await producer.emit(...before.map(registered));
    await streamHas(before);
    await producer.broker.manager.streams.delete(streamName);
    await ensureStream(producer.broker);
    // A consumer that comes only now gets them all.
    consumer.startConsumer(leaveEffect);
    await handled(before);
  });

  it('gets the retained events again when the broker comes back with an empty disk', async () => {
    producer.startRelay();
    const running = consumer.startConsumer(leaveEffect);
    await producer.emit(...before.map(registered));
    await handled(before);

    await nats.kill();
    await nats.wipe();
    await producer.emit(...during.map(registered));
    await nats.start();
    await handled([...before, ...during]);
    await streamHas([...before, ...during]);
    await eventually(async () => {
      const { num_pending, num_ack_pending } = await producer.broker.manager.consumers.info(
        streamName,
        running.name,
      );
      expect({ num_pending, num_ack_pending }).toEqual({ num_pending: 0, num_ack_pending: 0 });
    });
    expect((await consumer.effects()).length).toBe(60);
  });

  it('gets its end again when that was lost, also after somebody else has published in its place', async () => {
    const { databaseUrl } = producer;
    const other = await another({ service: 'other' });
    const relaying = await another({ service: 'producer', databaseUrl });
    relaying.startRelay();
    await producer.emit(...before.slice(0, 10).map(registered));
    await streamHas(before.slice(0, 10));
    const backup = await copyOfDisk();
    await producer.emit(...before.slice(10).map(registered));
    await streamHas(before);
    // The relay is away when the broker comes back with what it had long ago, and another service publishes as many
    // events as were lost, and more.
    await relaying.stop();
    await restoreDisk(backup);
    other.startRelay();
    const foreign = names(40, 'foreign');
    await other.emit(...foreign.map(registered));
    await streamHas([...before.slice(0, 10), ...foreign]);

    producer.startRelay();
    consumer.startConsumer(leaveEffect);
    await handled([...before, ...foreign]);
  });

  it('gets its end again also when that was lost while a relay was about to publish', async () => {
    let gate = Promise.resolve();
    let atTheGate = 0;
    const { broker } = producer;
    const relay = new Relay(
      producer.outbox,
      {
        ...broker,
        stream: {
          ...broker.stream,
          publish: async (...given) => {
            atTheGate++;
            await gate;
            return broker.stream.publish(...given);
          },
        },
      },
      silent,
    );
    try {
      await producer.emit(registered('early'));
      await streamHas(['early']);
      const backup = await copyOfDisk();
      await producer.emit(registered('lost'));
      await streamHas(['early', 'lost']);

      let open: () => void = () => undefined;
      gate = new Promise((resolve) => (open = resolve));
      atTheGate = 0;
      await producer.emit(registered('late'), registered('later'));
      await eventually(() => expect(atTheGate).toBe(2));
      await restoreDisk(backup);
      await eventually(() => expect(broker.isConnected()).toBe(true), 20_000);
      open();
      await streamHas(['early', 'late', 'later', 'lost']);
    } finally {
      await relay.stop();
    }
  });

  it('gets its end again also when that was lost before a relay had noted what it published', async () => {
    const { databaseUrl, broker } = producer;
    await producer.emit(registered('early'));
    const relay = producer.startRelay();
    await streamHas(['early']);
    await relay.stop();
    const backup = await copyOfDisk();
    await eventually(() => expect(broker.isConnected()).toBe(true), 20_000);
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const publish: typeof broker.stream.publish = async (...given) => {
      const acknowledged = await broker.stream.publish(...given);
      await gate;
      return acknowledged;
    };
    const slow = new Relay(producer.outbox, { ...broker, stream: { ...broker.stream, publish } }, silent);
    try {
      await producer.emit(registered('lost'));
      await streamHas(['early', 'lost']);
      await restoreDisk(backup);
      const replica = await another({ service: 'producer', databaseUrl });
      replica.startRelay();
      await replica.emit(registered('late'));
      await streamHas(['early', 'late']);
      await eventually(async () => expect(await unpublished(producer)).toBe(1));
      open();
      await streamHas(['early', 'late', 'lost']);
    } finally {
      open();
      await slow.stop();
    }
  });

  it('gets its end again also when the last event of that is to be told again anyway', async () => {
    const other = await another({ service: 'other' });
    const relay = producer.startRelay();
    await producer.emit(registered('early'));
    await streamHas(['early']);
    const backup = await copyOfDisk();
    await producer.emit(registered('lost'));
    await streamHas(['early', 'lost']);
    const last = registered('last');
    await producer.emit(last);
    await streamHas(['early', 'last', 'lost']);
    await relay.stop();
    await restoreDisk(backup);
    other.startRelay();
    await other.emit(...after.map(registered));
    await streamHas(['early', ...after]);

    const request = { sagaId: last.subject, since: new Date(0).toISOString() };
    await deliver(
      producer.outbox,
      [replayEvents],
      published(sagaReplayRequested.about(last.subject, request)),
    );
    producer.startRelay();
    await streamHas(['early', 'last', 'lost', ...after]);
  });

  it('gets the middle again, once, when that was lost, while new events leave', async () => {
    const relay = producer.startRelay();
    await producer.emit(...before.map(registered));
    await streamHas(before);
    const { manager } = producer.broker;
    const { state } = await manager.streams.info(streamName);
    for (const lost of [9, 10, 11])
      await manager.streams.deleteMessage(streamName, state.first_seq + lost, false);
    consumer.startConsumer(leaveEffect);
    await producer.emit(...after.map(registered));
    await handled([...before, ...after]);
    const again = async () => producer.database.query<unknown[]>('SELECT id FROM republications');
    await eventually(async () => expect(await again()).toEqual([]));
    expect(await republishWhatWasLost(producer.database, producer.broker)).toBe(false);
    await relay.stop();
  });

  it('is not taken for lost while relays are busy', async () => {
    const { databaseUrl } = producer;
    const replicas = [producer, await another({ service: 'producer', databaseUrl })];
    for (const replica of replicas) replica.startRelay();
    const verdicts: boolean[] = [];
    const emitting = replicas.map(async (replica, i) => {
      for (const name of names(100, `replica ${String(i)}`)) {
        await replica.emit(registered(name));
        verdicts.push(await republishWhatWasLost(replica.database, replica.broker));
      }
    });
    await Promise.all(emitting);
    expect(verdicts).not.toContain(true);
  });
});

describe('a consumer that is deleted', () => {
  it('is made again, and handles what it had not', async () => {
    producer.startRelay();
    const running = consumer.startConsumer(leaveEffect);
    await producer.emit(...before.map(registered));
    await handled(before);
    await producer.broker.manager.consumers.delete(streamName, running.name);
    await producer.emit(...after.map(registered));
    await handled([...before, ...after]);
  });
});
