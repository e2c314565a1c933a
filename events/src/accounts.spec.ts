import { connect } from '@frontrow/kit/nats';
import type { NatsConnection } from '@frontrow/kit/nats';
import {
  allPartitionsOf,
  closeBroker,
  connectBroker,
  consumerName,
  streamName,
  subjectOf,
} from './broker.ts';
import type { Broker } from './broker.ts';
import { paymentCompleted } from './contracts/payments.ts';
import { userRegistered } from './contracts/users.ts';
import { newId } from '@frontrow/kit/ids';
import { answerAboutPublished, askForPublished } from './published-events.ts';
import { handledBy, overheardBy, publishedBy } from './routes.ts';
import { services } from './services.ts';
import type { ServiceName } from './services.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { leaveEffect, registered, silent, startReplica } from './testing/service.ts';

const passwordOf = (name: string) => `password-of-${name}`;
const passwords = Object.fromEntries(
  [...services, 'administrator'].map((name) => [name, passwordOf(name)]),
) as Record<ServiceName | 'administrator', string>;

let nats: OwnServer;
let administrator: NatsConnection;
const brokers = new Map<ServiceName, Broker>();
const brokerOf = (service: ServiceName) => brokers.get(service)!;

beforeAll(async () => {
  nats = await startOwnBroker({ passwords });
  administrator = await connect({
    servers: nats.url,
    user: 'administrator',
    pass: passwords.administrator,
  });
  for (const service of services) {
    const options = { urls: [nats.url], service, password: passwordOf(service), replicas: 1, log: silent };
    brokers.set(service, await connectBroker(options));
  }
  await (await administrator.jetstreamManager()).streams.add({ name: streamName, subjects: ['frontrow.>'] });
});
afterAll(async () => {
  for (const broker of brokers.values()) await closeBroker(broker);
  await administrator.close();
  await nats.end();
});

const publish = (service: ServiceName, type: string, data: object = {}) =>
  brokerOf(service).stream.publish(subjectOf(type, 'anything'), JSON.stringify(data), { timeout: 2_000 });
const stored = async () =>
  (await (await administrator.jetstreamManager()).streams.info(streamName)).state.messages;
const refused = /permission|TIMEOUT|503/i;

describe("a service's account at the broker", () => {
  it('carries its events from a service to another, with a stream and consumers that it makes itself', async () => {
    await (await administrator.jetstreamManager()).streams.delete(streamName);
    const options = { natsUrl: nats.url, ackWaitMs: 1_000 };
    const users = await startReplica({ ...options, service: 'users', password: passwordOf('users') });
    const payments = await startReplica({
      ...options,
      service: 'payments',
      password: passwordOf('payments'),
    });
    try {
      users.startRelay();
      payments.startConsumer(leaveEffect);
      await users.emit(registered('Ann'), registered('Bob'));
      await eventually(async () => expect((await payments.effects()).toSorted()).toEqual(['Ann', 'Bob']));
      const name = consumerName('payments', userRegistered.type);
      await eventually(async () => {
        const { num_ack_pending, num_pending } = await (
          await administrator.jetstreamManager()
        ).consumers.info(streamName, name);
        expect([num_ack_pending, num_pending]).toEqual([0, 0]);
      });
      answerAboutPublished(users.outbox, users.broker, silent);
      await users.database.query('UPDATE outbox SET published_at = published_at - INTERVAL 1 MINUTE');
      const beginning = { at: 0, position: 0 };
      const { events } = await askForPublished(payments.broker, 'users', [userRegistered.type], beginning);
      expect(events).toHaveLength(2);
    } finally {
      await users.stop();
      await payments.stop();
      const { streams } = await administrator.jetstreamManager();
      await streams.delete(streamName);
      await streams.add({ name: streamName, subjects: ['frontrow.>'] });
    }
  }, 30_000);

  it.each(services)(
    'lets %s publish what the table says, and nothing else',
    async (service) => {
      for (const type of publishedBy(service)) await publish(service, type);
      const before = await stored();
      const others = services.flatMap(publishedBy).filter((type) => !publishedBy(service).includes(type));
      await Promise.all(
        [...new Set(others)].map((type) => expect(publish(service, type)).rejects.toThrow(refused)),
      );
      expect(await stored()).toBe(before);
    },
    30_000,
  );

  it.each(services)(
    'lets %s make consumers of what it handles, and no others',
    async (service) => {
      const { manager } = brokerOf(service);
      const consumer = (type: string, name = consumerName(service, type)) =>
        manager.consumers.add(streamName, { durable_name: name, filter_subject: allPartitionsOf(type) });
      for (const type of handledBy(service))
        expect((await consumer(type)).name).toBe(consumerName(service, type));
      const [own = ''] = handledBy(service);
      await expect(consumer('payment.completed.v9')).rejects.toThrow(refused);
      await expect(consumer(own, 'another-name')).rejects.toThrow(refused);
      // Said of one filter, asked for with another.
      const subject = `$JS.API.CONSUMER.CREATE.${streamName}.${consumerName(service, own)}.${allPartitionsOf(own)}`;
      const everything = { durable_name: consumerName(service, own), filter_subject: 'frontrow.>' };
      const answer = await brokerOf(service).connection.request(
        subject,
        JSON.stringify({ stream_name: streamName, config: everything }),
      );
      expect(answer.json()).toMatchObject({ error: { err_code: 10131 } });
    },
    30_000,
  );

  it('hears nothing of what others publish, not even of what they are answered', async () => {
    const { connection } = brokerOf('deliveries');
    const forbidden = [
      'frontrow.>',
      'frontrow.seats.held.v1.*',
      '_INBOX_payments.>',
      '_INBOX.>',
      '$JS.>',
      '>',
      'queue.>',
      'payments.asks.users',
      'users.answers.payments.*',
    ];
    for (const subject of forbidden) {
      const refusal = new Promise((resolve) => {
        connection.subscribe(subject, { callback: (error) => resolve(error?.code) });
      });
      expect([subject, await refusal]).toEqual([subject, 'PERMISSIONS_VIOLATION']);
    }
    for (const type of overheardBy('deliveries')) connection.subscribe(allPartitionsOf(type)).unsubscribe();
    await connection.flush();
  });

  it('changes and removes nothing, and settles nothing in the name of others', async () => {
    await brokerOf('payments').manager.consumers.add(streamName, {
      durable_name: consumerName('payments', userRegistered.type),
      filter_subject: allPartitionsOf(userRegistered.type),
    });
    const { manager, connection } = brokerOf('deliveries');
    await expect(manager.streams.update(streamName, { max_msgs: 1 })).rejects.toThrow(refused);
    await expect(manager.streams.delete(streamName)).rejects.toThrow(refused);
    await expect(
      manager.consumers.delete(streamName, consumerName('payments', userRegistered.type)),
    ).rejects.toThrow(refused);
    const next = `$JS.API.CONSUMER.MSG.NEXT.${streamName}.${consumerName('payments', userRegistered.type)}`;
    await expect(connection.request(next, '', { timeout: 500 })).rejects.toThrow(refused);
    const statuses = connection.status();
    connection.publish(
      `$JS.ACK.${streamName}.${consumerName('payments', userRegistered.type)}.1.1.1.1.0`,
      '+ACK',
    );
    await connection.flush();
    for await (const { permissionContext } of statuses) {
      if (permissionContext?.subject.startsWith('$JS.ACK')) break;
    }
  }, 30_000);

  it('forges nothing by having an event of its own, or an answer, sent to where others publish', async () => {
    const { connection, manager } = brokerOf('sagas');
    const type = 'consumer.dead-lettered.v1';
    const name = consumerName('sagas', type);
    const forged = paymentCompleted.about(newId(), {} as never);
    await publish('sagas', type, forged);
    const heard: string[] = [];
    administrator.subscribe(allPartitionsOf(paymentCompleted.type), {
      callback: (_error, message) => heard.push(message.subject),
    });
    await administrator.flush();
    const target = subjectOf(paymentCompleted.type, 'anything');
    const held = async () => {
      const { state } = await (
        await administrator.jetstreamManager()
      ).streams.info(streamName, { subjects_filter: target });
      return state.subjects?.[target] ?? 0;
    };
    await manager.consumers.add(streamName, { durable_name: name, filter_subject: allPartitionsOf(type) });
    const before = await held();
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${streamName}.${name}`,
      JSON.stringify({ batch: 9, expires: 1e9 }),
      { reply: target },
    );
    await connection.flush();
    await eventually(() => expect(heard.length).toBeGreaterThan(0));
    // It reached who listens to that subject, under its own: the stream keeps it as what it is.
    expect(await held()).toBe(before);
    const config = { durable_name: name, deliver_subject: target, filter_subject: allPartitionsOf(type) };
    await expect(manager.consumers.add(streamName, config)).rejects.toThrow(/cycle/);
  }, 30_000);

  it('is needed: nobody connects without its password', async () => {
    const refusal = /AUTHORIZATION_VIOLATION|Authorization Violation/;
    const options = { urls: [nats.url], service: 'payments', replicas: 1, log: silent };
    await expect(connectBroker(options)).rejects.toThrow(refusal);
    await expect(connectBroker({ ...options, password: passwordOf('deliveries') })).rejects.toThrow(refusal);
  });
});
