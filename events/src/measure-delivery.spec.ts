import { Metrics } from '@frontrow/kit/metrics';
import { subjectOf } from './broker.ts';
import { Consumer } from './consumer.ts';
import { handler } from './handler.ts';
import { userRegistered } from './contracts/users.ts';
import { HandlerMetrics, measureConsumers, measureOutbox } from './measure-delivery.ts';
import { published } from './testing.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { registered, silent, startReplica } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let service: TestReplica;
let metrics: Metrics;
beforeEach(async () => {
  nats = await startOwnBroker();
  service = await startReplica({ natsUrl: nats.url });
  metrics = new Metrics('tested', silent);
});
afterEach(async () => {
  await service.stop();
  await nats.end();
});

const told = async (name: string) =>
  (await metrics.text()).split('\n').flatMap((line) => {
    const [, value] = line.startsWith(name) ? line.split('} ') : [];
    return value === undefined ? [] : [Number(value)];
  });

it('events are counted by what became of them', async () => {
  let failures = 1;
  const failingOnce = handler(userRegistered, (_, { data }) => {
    if (data.name === 'hopeless' || (data.name === 'later' && failures-- > 0)) throw new Error('no');
    return Promise.resolve();
  });
  measureConsumers(service.broker, [userRegistered.type], metrics);
  const options = { metrics: new HandlerMetrics(metrics) };
  const consumer = new Consumer('tested', [failingOnce], service.outbox, service.broker, silent, options);
  try {
    const [later, hopeless] = [published(registered('later')), published(registered('hopeless'))];
    const send = (event: object, msgID: string) =>
      service.broker.stream.publish(subjectOf(userRegistered.type, 'x'), JSON.stringify(event), { msgID });
    await eventually(() => send(later, 'a'));
    await send(hopeless, 'b');
    await eventually(async () => expect(await told('frontrow_dead_letters_total')).toEqual([1]), 20_000);
    await send(later, 'c');
    await eventually(async () => expect(await told('frontrow_event_duplicates_total')).toEqual([1]));
  } finally {
    await consumer.stop();
  }
  const event = '{service="tested",event="user.registered.v1"';
  const duration = `frontrow_event_duration_seconds_count${event}`;
  expect(await told(`${duration},outcome="handled"`)).toEqual([1]);
  expect(await told(`${duration},outcome="failed"`)).toEqual([1 + 5]);
  expect(await told(`frontrow_event_delay_seconds_count${event}`)).toEqual([1]);
  expect(await told('frontrow_broker_up')).toEqual([1]);
  const pending = 'frontrow_consumer_pending{consumer="tested-on-user-registered-v1"';
  await eventually(async () => expect(await told(pending)).toEqual([0]));

  // Nobody handles this one any more.
  const unhandled = JSON.stringify(published(registered('unhandled')));
  await service.broker.stream.publish(subjectOf(userRegistered.type, 'x'), unhandled);
  await eventually(async () => expect(await told(pending)).toEqual([1]));
  await nats.kill();
  await eventually(async () => expect(await told('frontrow_broker_up')).toEqual([0]));
  // An old number would look like the present one.
  await eventually(async () => expect(await told(pending)).toEqual([]));
  await nats.start();
  await eventually(async () => expect(await told('frontrow_broker_up')).toEqual([1]));
  await eventually(async () => expect(await told(pending)).toEqual([1]));
}, 60_000);

it('the outbox tells how much waits in it, and for how long', async () => {
  await service.emit(registered('one'), registered('two'));
  await service.database.query('UPDATE outbox SET created_at = created_at - INTERVAL 30 SECOND');
  measureOutbox(service.database.manager, metrics);
  expect(await told('frontrow_outbox_events')).toEqual([2]);
  const [age] = await told('frontrow_outbox_oldest_seconds');
  expect(age).toBeGreaterThanOrEqual(30);
});
