import { Cable } from '@frontrow/stack/testing/cable';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { leaveEffect, registered, startReplica } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

const backlog = 600;

let nats: OwnServer;
let cable: Cable;
let producer: TestReplica;
let healthy: TestReplica;
let alone: TestReplica;
beforeAll(async () => {
  nats = await startOwnBroker();
  const replicaOf = { natsUrl: nats.url, service: 'consumer', ackWaitMs: 10_000 };
  producer = await startReplica({ natsUrl: nats.url, service: 'producer' });
  healthy = await startReplica(replicaOf);
  const url = new URL(healthy.databaseUrl);
  cable = await Cable.to(url.hostname, Number(url.port));
  url.port = String(cable.port);
  alone = await startReplica({ ...replicaOf, databaseUrl: url.href });
  producer.startRelay();
});
afterAll(async () => {
  cable.restore();
  for (const replica of [producer, alone, healthy]) await replica.stop();
  cable.close();
  await nats.end();
});

const send = async (names: string[]) => {
  for (let i = 0; i < names.length; i += 100)
    await producer.emit(...names.slice(i, i + 100).map((name) => registered(name)));
};
const namesOf = (what: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${what} ${String(i)}`);
const handled = async (names: string[], withinMs: number) => {
  await eventually(async () => {
    const [row] = await healthy.database.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM effects');
    expect(Number(row?.n)).toBe(names.length);
  }, withinMs);
  expect((await healthy.effects()).toSorted()).toEqual(names.toSorted());
};

describe('a replica that alone loses its database', () => {
  it('leaves all events to the others, and takes its share again when the database is back', async () => {
    healthy.startConsumer(leaveEffect);
    alone.startConsumer(leaveEffect);
    const before = namesOf('before', 200);
    await send(before);
    await handled(before, 10_000);

    cable.silence();
    const meanwhile = namesOf('meanwhile', backlog);
    await send(meanwhile);
    await handled([...before, ...meanwhile], 20_000);

    cable.restore();
    await healthy.stopConsumers();
    const after = namesOf('after', 200);
    await send(after);
    await eventually(async () =>
      expect((await alone.effects()).length).toBe(before.length + backlog + after.length),
    );
  }, 60_000);
});
