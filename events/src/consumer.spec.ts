import { jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { headers } from '@frontrow/kit/nats';
import type { ConsumerMessages } from '@frontrow/kit/nats';
import { batchHandler, handler } from './handler.ts';
import { Consumer } from './consumer.ts';
import { consumersOf } from './durables.ts';
import { userRegistered } from './contracts/users.ts';
import { paymentCompleted } from './contracts/payments.ts';
import { consumerDeadLettered } from './contracts/delivery.ts';
import { consumerName, ensureStream, streamName, subjectOf } from './broker.ts';
import { emitted, emittedOf, published } from './testing.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { leaveEffect, registered, silent, startReplica } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let service: TestReplica;
const others: TestReplica[] = [];
beforeEach(async () => {
  nats = await startOwnBroker();
  service = await startReplica({ natsUrl: nats.url });
});
afterEach(async () => {
  for (const replica of others.splice(0)) await replica.stop();
  await service.stop();
  await nats.end();
});

const anotherReplica = async (ackWaitMs?: number) => {
  const { databaseUrl } = service;
  const replica = await startReplica({ natsUrl: nats.url, databaseUrl, ...(ackWaitMs && { ackWaitMs }) });
  others.push(replica);
  return replica;
};

const subject = subjectOf(userRegistered.type, 'someone');
const send = (payload: string, msgID?: string) =>
  service.broker.stream.publish(subject, payload, msgID === undefined ? {} : { msgID });
const sendAll = (events: object[]) => Promise.all(events.map((event) => send(JSON.stringify(event))));
const event = (name: string) => published(registered(name));

interface DeadLetter {
  consumer: string;
  event_id: string;
  event: string;
  error: string;
  attempts: number;
}
const deadLetters = () => service.database.query<DeadLetter[]>('SELECT * FROM dead_letters');
const unsettled = async (consumer: string) => {
  const { num_ack_pending, num_pending } = await service.broker.manager.consumers.info(streamName, consumer);
  return num_ack_pending + num_pending;
};

describe('an event that comes twice', () => {
  it('has its effect once, also when the stream did not notice', async () => {
    const consumer = service.startConsumer(leaveEffect);
    const twice = JSON.stringify(event('twice'));
    await eventually(() => send(twice, 'a'));
    await send(twice, 'b');
    await send(JSON.stringify(event('the next')), 'c');
    await eventually(async () => expect(await unsettled(consumer.name)).toBe(0));
    expect(await service.effects()).toEqual(['twice', 'the next']);
  });

  it('has its effect once when two replicas get a copy each at the same moment', async () => {
    const other = await anotherReplica();
    const consumers = [service, other].map((replica) => replica.startConsumer(leaveEffect));
    const events = Array.from({ length: 40 }, (_, i) => event(`event ${String(i)}`));
    await eventually(() => send('{"the stream": "is there"}'));
    await Promise.all([sendAll(events), sendAll(events), sendAll(events.toReversed())]);
    await eventually(async () => expect(await unsettled(consumers[0]!.name)).toBe(0));
    expect((await service.effects()).toSorted()).toEqual(
      events.map(({ data }) => (data as { name: string }).name).toSorted(),
    );
  });
});

describe('a consumer that the broker does not have yet', () => {
  it('is created by one replica at a time when the brokers are a cluster', async () => {
    await ensureStream(service.broker);
    const replicas = [service, await anotherReplica(), await anotherReplica()];
    const created: string[] = [];
    for (const { broker } of replicas) {
      const { consumers } = broker.manager;
      const add = consumers.add.bind(consumers);
      consumers.add = async (stream, settings) => {
        created.push(settings.durable_name!);
        await pause(100); // The others look for it meanwhile.
        return add(stream, settings);
      };
    }
    const name = consumerName('tested', userRegistered.type);
    const found = replicas.map(({ broker, outbox }) =>
      consumersOf({ ...broker, replicas: 3 }, outbox, [userRegistered.type]),
    );
    expect(await Promise.all(found)).toEqual(replicas.map(() => [name]));
    expect(created).toEqual([name]);
  });
});

describe("an error of the consumer's database that is not over by itself", () => {
  it('costs no event, and none waits once it is mended, though many were waiting', async () => {
    let begin: () => void = () => undefined;
    let release: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const consumer = service.startConsumer(
      handler(userRegistered, async (tx, { data }) => {
        begin();
        await released;
        await tx.manager.query('INSERT INTO effects (name) VALUES (?)', [data.name]);
      }),
    );
    await eventually(() => send(JSON.stringify(event('the first'))));
    await begun;
    const names = Array.from({ length: 400 }, (_, i) => `event ${String(i)}`);
    await sendAll(names.map(event));
    // One event is being handled, and a full batch waits behind it.
    await eventually(async () => {
      const info = await service.broker.manager.consumers.info(streamName, consumer.name);
      expect(info.num_ack_pending).toBeGreaterThan(100);
    });
    const transactions = jest.spyOn(service.outbox, 'transaction');
    // It waits for the transaction under way, and all later ones wait for it.
    const broken = service.database.query(
      'RENAME TABLE inbox TO away_inbox, failed_attempts TO away_attempts',
    );
    release();
    await broken;
    await eventually(async () => {
      const ends = await Promise.allSettled(transactions.mock.results.map(({ value }) => value));
      const errors = ends.map((end) => (end.status === 'rejected' ? String(end.reason) : ''));
      expect(errors).toContainEqual(expect.stringContaining('failed_attempts'));
    });
    await service.database.query('RENAME TABLE away_inbox TO inbox, away_attempts TO failed_attempts');
    await eventually(async () =>
      expect((await service.effects()).toSorted()).toEqual(['the first', ...names].toSorted()),
    );
  });
});

describe('an event that cannot be handled', () => {
  it('is a dead letter after 5 attempts within 5 s, and the next ones pass meanwhile', async () => {
    const attempts: number[] = [];
    const consumer = service.startConsumer(
      handler(userRegistered, async (tx, registered) => {
        if (registered.data.name === 'poison') {
          attempts.push(Date.now());
          throw new Error('I cannot stand this one');
        }
        await leaveEffect.handle(tx, [registered]);
      }),
    );
    const poison = event('poison');
    await eventually(() => send(JSON.stringify(event('before'))));
    await sendAll([poison, event('beside')]);
    await eventually(async () => expect(await service.effects()).toEqual(['before', 'beside']));
    expect(await deadLetters()).toEqual([]);
    await sendAll([event('after')]);
    await eventually(async () => expect(await service.effects()).toEqual(['before', 'beside', 'after']));
    expect(attempts.length).toBeLessThan(5);

    const [letter] = await eventually(async () => {
      const found = await deadLetters();
      expect(found).toHaveLength(1);
      return found;
    });
    // The first attempt may have been in a batch with others.
    expect(Date.now() - attempts[0]!).toBeLessThan(5_000);
    expect(letter).toMatchObject({ consumer: consumer.name, event_id: poison.id, attempts: 5 });
    expect(JSON.parse(letter!.event)).toEqual(poison);
    expect(letter!.error).toContain('I cannot stand this one');
    const [news] = (await emitted(service.outbox)).filter(({ type }) => type === consumerDeadLettered.type);
    expect(news).toMatchObject({
      subject: poison.subject,
      data: { consumer: consumer.name, eventId: poison.id, event: poison, attempts: 5 },
    });
    await eventually(async () => expect(await unsettled(consumer.name)).toBe(0));
  });

  it('costs the other events of its batch nothing', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    service.startConsumer(
      handler(userRegistered, async (tx, registered) => {
        if (registered.data.name === 'gate') await released;
        if (registered.data.name === 'poison') throw new Error('bad');
        await leaveEffect.handle(tx, [registered]);
      }),
    );
    await eventually(() => send(JSON.stringify(event('gate'))));
    const names = Array.from({ length: 30 }, (_, i) => `event ${String(i)}`);
    await sendAll([...names.slice(0, 15), 'poison', ...names.slice(15)].map(event));
    release();
    await eventually(async () =>
      expect((await service.effects()).toSorted()).toEqual(['gate', ...names].toSorted()),
    );
  });

  it.each([
    ['is no JSON', 'seats, please', '"seats, please"'],
    ['is JSON but no event', '[1, "한국어"]', '[1,"한국어"]'],
    ['is no object', 'null', 'null'],
    ['has an id that no column could hold', JSON.stringify({ ...event('x'), id: '좌석' }), undefined],
    [
      'has a subject that no column could hold',
      JSON.stringify({ ...event('x'), subject: '좌석'.repeat(40) }),
      undefined,
    ],
    [
      'says another type than its subject',
      JSON.stringify({ ...event('x'), type: 'seats.held.v1' }),
      undefined,
    ],
    ['does not fit its contract', JSON.stringify({ ...event('x'), data: { userId: 'x' } }), undefined],
    [
      'is larger than an event can tell',
      JSON.stringify({ ...event('x'), data: 'x'.repeat(700_000) }),
      undefined,
    ],
  ])('is a dead letter at once when it %s', async (_what, payload, kept) => {
    const consumer = service.startConsumer(leaveEffect);
    await eventually(() => send(payload));
    await send(payload); // the same letter, not another
    await send(JSON.stringify(event('the next')));
    await eventually(async () => expect(await service.effects()).toEqual(['the next']));
    await eventually(async () => expect(await unsettled(consumer.name)).toBe(0));
    const letters = await deadLetters();
    expect(letters).toMatchObject([{ consumer: consumer.name, attempts: 1 }]);
    expect(letters[0]!.event).toBe(kept ?? payload);
    const news = await emittedOf(service.outbox, consumerDeadLettered);
    expect(news).toMatchObject([{ eventId: letters[0]!.event_id, attempts: 1 }]);
    // What was told fits its own contract: whoever shows dead letters can read it.
    expect(consumerDeadLettered.data.parse(news[0])).toEqual(news[0]);
  });

  it('is a dead letter as text when it is nested too deep to be stored otherwise, and stops no other', async () => {
    service.startConsumer(leaveEffect);
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    await eventually(() => send(deep));
    await send(JSON.stringify(event('the next')));
    await eventually(async () => expect(await service.effects()).toEqual(['the next']));
    await eventually(async () =>
      expect((await deadLetters()).map((row) => JSON.parse(row.event))).toEqual([deep]),
    );
  });

  it('is not told about for ever when it is itself the news of a dead letter', async () => {
    service.startConsumer(handler(consumerDeadLettered, () => Promise.reject(new Error('never reached'))));
    const target = subjectOf(consumerDeadLettered.type, 'x');
    await eventually(() => service.broker.stream.publish(target, 'nonsense', { headers: headers() }));
    await eventually(async () => expect(await deadLetters()).toHaveLength(1));
    expect(await emitted(service.outbox)).toEqual([]);
  });
});

describe('a consumer that is stopped', () => {
  it('finishes the batch under way and leaves the rest to another replica, at once', async () => {
    // What is merely forgotten comes again after half a minute.
    const leaving = await anotherReplica(30_000);
    let began: () => void = () => undefined;
    let release: () => void = () => undefined;
    const underWay = new Promise<void>((resolve) => (began = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const stopping = leaving.startConsumer(
      handler(userRegistered, async (tx, registered) => {
        began();
        await released;
        await leaveEffect.handle(tx, [registered]);
      }),
    );
    await eventually(() => send(JSON.stringify(event('under way'))));
    await underWay;
    const names = Array.from({ length: 50 }, (_, i) => `event ${String(i)}`);
    await sendAll(names.map(event));
    await eventually(async () => {
      const { num_pending } = await service.broker.manager.consumers.info(streamName, stopping.name);
      expect(num_pending).toBe(0); // all have been received
    });

    const stopped = leaving.stop();
    release();
    await stopped;
    expect(await service.effects()).toEqual(['under way']);
    const staying = await anotherReplica(30_000);
    staying.startConsumer(leaveEffect);
    await eventually(
      async () => expect((await service.effects()).toSorted()).toEqual(['under way', ...names].toSorted()),
      3_000,
    );
  });

  it('leaves nothing behind that was on its way to it', async () => {
    const staying = await anotherReplica(30_000);
    staying.startConsumer(leaveEffect);
    const sent: string[] = [];
    const load = { isOver: false };
    const sending = (async () => {
      await eventually(() => sendAll([event('first')]));
      while (!load.isOver) {
        sent.push(`event ${String(sent.length)}`);
        await sendAll([event(sent.at(-1)!)]);
      }
    })();
    for (let i = 0; i < 8; i++) {
      const leaving = await anotherReplica(30_000);
      leaving.startConsumer(leaveEffect);
      await eventually(async () => expect((await service.effects()).length).toBeGreaterThan(20 * i));
      await leaving.stop();
    }
    load.isOver = true;
    await sending;
    await eventually(
      async () => expect((await service.effects()).toSorted()).toEqual(['first', ...sent].toSorted()),
      5_000,
    );
  });

  it('stops also while it waits for the broker', async () => {
    await nats.kill();
    service.startConsumer(leaveEffect);
    await service.stop();
    service = await startReplica({ natsUrl: (await nats.start(), nats.url) });
  });
});

describe('a consumer that leaves a gap between batches', () => {
  it('handles what comes alone at once, and what comes in a rush together', async () => {
    await ensureStream(service.broker);
    const batches: number[] = [];
    const noting = batchHandler(userRegistered, (_, events) => {
      batches.push(events.length);
      return Promise.resolve();
    });
    const options = { gapMs: 1_000 };
    const consumer = new Consumer('tested', [noting], service.outbox, service.broker, silent, options);
    await send(JSON.stringify(event('alone')));
    await eventually(() => expect(batches).toEqual([1]));
    const aloneAt = Date.now();
    for (const name of ['a', 'b', 'c']) await send(JSON.stringify(event(name)));
    await eventually(() => expect(batches).toEqual([1, 3]));
    expect(Date.now() - aloneAt).toBeGreaterThan(800);
    await consumer.stop();
  });
});

describe('a consumer that could open only some of its subscriptions', () => {
  it('closes them, because nobody reads them, and opens all of them again', async () => {
    const { consumers } = service.broker.stream;
    const get = consumers.get.bind(consumers);
    const opened: ConsumerMessages[] = [];
    let refusals = 1;
    consumers.get = async (stream, name) => {
      if (name === consumerName('tested', paymentCompleted.type) && refusals-- > 0) throw new Error('503');
      const consumer = await get(stream, name);
      const consume = consumer.consume.bind(consumer);
      consumer.consume = async (options) => {
        const messages = await consume(options);
        opened.push(messages);
        return messages;
      };
      return consumer;
    };
    service.startConsumer(
      leaveEffect,
      handler(paymentCompleted, () => Promise.resolve()),
    );
    await eventually(() => expect(opened).toHaveLength(3));
    await (opened[0] as ConsumerMessages).closed();
    await sendAll([event('afterwards')]);
    await eventually(async () => expect(await service.effects()).toEqual(['afterwards']));
  });
});
