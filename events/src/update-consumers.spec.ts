import { AckPolicy, nanos } from '@frontrow/kit/nats';
import { closeBroker, connectBroker, consumerName, ensureStream, streamName } from './broker.ts';
import type { Broker } from './broker.ts';
import { userRegistered } from './contracts/users.ts';
import { findConsumer, subjectsOf } from './durables.ts';
import { handledBy } from './routes.ts';
import { services } from './services.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { leaveEffect, registered, silent, startReplica } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';
import { updateConsumers } from './update-consumers.ts';

const passwords = Object.fromEntries([...services, 'administrator'].map((name) => [name, name])) as never;
const ofType = consumerName('payments', userRegistered.type);

let nats: OwnServer;
let administrator: Broker;
let users: TestReplica;
let payments: TestReplica;
beforeEach(async () => {
  nats = await startOwnBroker({ passwords });
  const urls = [nats.url];
  const account = { service: 'administrator', password: 'administrator' };
  administrator = await connectBroker({ urls, ...account, replicas: 1, log: silent });
  await ensureStream(administrator);
  users = await startReplica({ natsUrl: nats.url, service: 'users', password: 'users' });
  payments = await startReplica({ natsUrl: nats.url, service: 'payments', password: 'payments' });
  users.startRelay();
});
afterEach(async () => {
  await users.stop();
  await payments.stop();
  await closeBroker(administrator);
  await nats.end();
});

const update = () => updateConsumers(administrator, silent, 10_000);
const isHandled = (...names: string[]) =>
  eventually(async () => expect((await payments.effects()).toSorted()).toEqual(names.toSorted()));
const add = (settings: object) => administrator.manager.consumers.add(streamName, settings);

it('a service leaves a consumer as it finds it, and reads it', async () => {
  await add({
    durable_name: ofType,
    filter_subject: 'frontrow.user.registered.v1.*',
    ack_wait: nanos(77_000),
    ack_policy: AckPolicy.Explicit,
  });
  payments.startConsumer(leaveEffect);
  await users.emit(registered('Ann'));
  await isHandled('Ann');
  const { config } = (await findConsumer(administrator.manager, ofType))!;
  expect(config.ack_wait).toBe(nanos(77_000));

  await update();
  const after = await findConsumer(administrator.manager, ofType);
  // A newer broker has one for all types instead.
  if (after !== undefined) expect(after.config.ack_wait).toBe(nanos(10_000));
  else expect(await findConsumer(administrator.manager, 'payments')).toBeDefined();
  await users.emit(registered('Bob'));
  await isHandled('Ann', 'Bob');
});

it('each service gets one consumer where the broker filters several subjects, and misses nothing meanwhile', async () => {
  payments.startConsumer(leaveEffect);
  await users.emit(registered('Ann'));
  await isHandled('Ann');
  const sent = ['Ann'];
  const load = { isOver: false };
  const sending = (async () => {
    while (!load.isOver) {
      sent.push(`fan ${String(sent.length)}`);
      await users.emit(registered(sent.at(-1)!));
    }
  })();
  await update();
  await update(); // as often as somebody likes
  load.isOver = true;
  await sending;
  await isHandled(...sent);
  const shared = await findConsumer(administrator.manager, 'payments');
  if (administrator.connection.info!.version.startsWith('2.9.')) {
    expect(shared).toBeUndefined();
    return;
  }
  expect(subjectsOf(shared).toSorted()).toEqual(
    handledBy('payments')
      .map((type) => `frontrow.${type}.*`)
      .toSorted(),
  );
  await eventually(async () => expect(await findConsumer(administrator.manager, ofType)).toBeUndefined());
  await users.emit(registered('after'));
  await isHandled(...sent, 'after');
  expect(await findConsumer(administrator.manager, ofType)).toBeUndefined();
});

it('consumers of types that the service does not handle any more are deleted', async () => {
  await add({
    durable_name: 'queue-on-something-old-v1',
    filter_subject: 'frontrow.something.old.v1.*',
    ack_policy: AckPolicy.Explicit,
  });
  await update();
  expect(await findConsumer(administrator.manager, 'queue-on-something-old-v1')).toBeUndefined();
});
