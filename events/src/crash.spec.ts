import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ensureStream, streamName } from './broker.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { inStream, leaveEffect, namesOf, registered, startReplica, unpublished } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let survivor: TestReplica;
beforeEach(async () => {
  nats = await startOwnBroker();
  survivor = await startReplica({ natsUrl: nats.url });
  await ensureStream(survivor.broker);
});
afterEach(async () => {
  await survivor.stop();
  await nats.end();
});

/** Runs another replica as a process of its own, which dies when `line` has been reached. */
async function replicaThatDiesWhen(line: string): Promise<void> {
  const script = fileURLToPath(new URL('testing/mortal.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'source', script], {
    env: { PATH: process.env['PATH'], NATS_URL: nats.url, DATABASE_URL: survivor.databaseUrl, DIES_AT: line },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect({ code, signal, complaints }).toEqual({ code: null, signal: 'SIGKILL', complaints: '' });
}

const inboxRows = async () => (await survivor.database.query('SELECT * FROM inbox')).length;
const settled = async (consumer: string) => {
  const { num_ack_pending, num_pending } = await survivor.broker.manager.consumers.info(streamName, consumer);
  expect({ num_ack_pending, num_pending }).toEqual({ num_ack_pending: 0, num_pending: 0 });
};

describe('a process that dies by SIGKILL', () => {
  it('after the commit, before the acknowledgement: the effect has happened once', async () => {
    const relay = survivor.startRelay();
    await survivor.emit(registered('once'));
    await eventually(async () => expect(await unpublished(survivor)).toBe(0));
    await relay.stop();
    await replicaThatDiesWhen('the effect is committed, not acknowledged');
    expect(await survivor.effects()).toEqual(['once']);
    expect(await inboxRows()).toBe(1);

    const consumer = survivor.startConsumer(leaveEffect);
    await eventually(() => settled(consumer.name));
    expect(await survivor.effects()).toEqual(['once']);
  });

  it('before the commit: the effect happens once, by another replica', async () => {
    const relay = survivor.startRelay();
    await survivor.emit(registered('once'));
    await eventually(async () => expect(await unpublished(survivor)).toBe(0));
    await relay.stop();
    await replicaThatDiesWhen('the effect is made, not committed');
    expect(await survivor.effects()).toEqual([]);
    expect(await inboxRows()).toBe(0);

    const consumer = survivor.startConsumer(leaveEffect);
    await eventually(() => settled(consumer.name));
    expect(await survivor.effects()).toEqual(['once']);
  });

  it('when an event is published, before its row says so: another relay publishes it, without a second effect', async () => {
    await survivor.emit(registered('once'));
    await replicaThatDiesWhen('the event is published, not marked so');
    expect(namesOf(await inStream(survivor.broker))).toEqual(['once']);
    expect(await unpublished(survivor)).toBe(1);

    survivor.startRelay();
    const consumer = survivor.startConsumer(leaveEffect);
    await eventually(async () => expect(await unpublished(survivor)).toBe(0));
    await eventually(() => settled(consumer.name));
    expect(namesOf(await inStream(survivor.broker))).toEqual(['once']);
    expect(await survivor.effects()).toEqual(['once']);
  });
});
