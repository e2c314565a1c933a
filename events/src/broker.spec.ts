import { nanos } from '@frontrow/kit/nats';
import { closeBroker, connectBroker, ensureStream, streamName, updateStream } from './broker.ts';
import type { Broker } from './broker.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { silent } from './testing/service.ts';

const minutes = (count: number) => nanos(count * 60 * 1_000);

let nats: OwnServer;
let broker: Broker;
beforeAll(async () => {
  nats = await startOwnBroker();
  broker = await connectBroker({ urls: [nats.url], service: 'tested', replicas: 1, log: silent });
});
afterAll(async () => {
  await closeBroker(broker);
  await nats.end();
});

/** For how long the stream keeps events, and for how long it drops copies, in ns. */
async function streamTimes() {
  const { max_age, duplicate_window } = (await broker.manager.streams.info(streamName)).config;
  return { max_age, duplicate_window };
}

const promised = { max_age: minutes(24 * 60), duplicate_window: minutes(2) };

it('the stream keeps events for a day, as outboxes do, and drops copies that come within two minutes', async () => {
  await ensureStream(broker);
  expect(await streamTimes()).toEqual(promised);
});

it('a stream keeps the settings that it has until the administrator updates it', async () => {
  await ensureStream(broker);
  const others = { max_age: minutes(60), duplicate_window: minutes(1) };
  await broker.manager.streams.update(streamName, others);
  await ensureStream(broker);
  expect(await streamTimes()).toEqual(others);
  await updateStream(broker);
  expect(await streamTimes()).toEqual(promised);
});
