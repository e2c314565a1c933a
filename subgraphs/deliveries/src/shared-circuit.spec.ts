import { setTimeout as pause } from 'node:timers/promises';
import { Metrics } from '@frontrow/kit/metrics';
import { measureCircuits } from './measure-circuits.ts';
import { SharedCircuit } from './shared-circuit.ts';
import { circuits, listed } from './testing/answers.ts';
import { deliveriesUnderTest, eventually, silent } from './testing/deliveries-under-test.ts';
import type { DeliveriesUnderTest } from './testing/deliveries-under-test.ts';
import { aHistory, told } from './testing/events.ts';

let service: DeliveriesUnderTest;
afterEach(() => service.close());

const openMs = 1_000;
const begin = async (settings: object = { CIRCUIT_OPEN_MS: openMs }) => {
  // One at a time, so that it is plain which call is the tenth.
  service = await deliveriesUnderTest({ settings: { SENDS_AT_ONCE: 1, ...settings } });
};
const hearPayments = async (count: number) => {
  for (let i = 0; i < count; i++) await service.hear(told(aHistory().paid));
};
const calls = async () => (await service.dataPlatform.report()).calls;
const stateOf = async (target: string) =>
  (await circuits(service)).find((circuit) => circuit.target === target);
/** What Prometheus is told of the circuits of the data platform and of Slack. */
async function openness(): Promise<(string | undefined)[]> {
  const metrics = new Metrics('deliveries', silent);
  measureCircuits(service.database.manager, ['DATA_PLATFORM', 'SLACK'], metrics);
  const text = await metrics.text();
  return [...text.matchAll(/^frontrow_circuit_open\{.*\} (.*)$/gm)].map(([, value]) => value);
}

describe('a circuit', () => {
  it('opens at the tenth call when half of them failed, for 30 s', async () => {
    await begin({});
    await hearPayments(5);
    service.start();
    await eventually(async () => expect(await calls()).toBe(5));
    expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'CLOSED', reopensAt: null });
    await service.dataPlatform.behave({ isDown: true });
    const startedAt = Date.now();
    await hearPayments(5);
    await eventually(async () => expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'OPEN' }));
    expect(await calls()).toBe(10);
    const opensInMs = Date.parse((await stateOf('DATA_PLATFORM')).reopensAt) - startedAt;
    expect(opensInMs).toBeGreaterThan(30_000);
    expect(opensInMs).toBeLessThan(33_000);
    expect(await stateOf('SLACK')).toEqual({ target: 'SLACK', state: 'CLOSED', reopensAt: null });
  });

  it('opens at the next failed call when it could not be stored that it opened', async () => {
    await begin();
    const { database } = service;
    const circuit = new SharedCircuit('DATA_PLATFORM', database, { openMs, trialMs: 1_000 }, silent);
    const nothing = () => Promise.resolve([]);
    const { permit } = await circuit.letThrough(database.manager, new Date(), nothing);
    for (let i = 0; i < 9; i++) await circuit.note(permit, true);
    await database.query('RENAME TABLE circuits TO elsewhere');
    await expect(circuit.note(permit, true)).rejects.toThrow(/circuits/);
    await database.query('RENAME TABLE elsewhere TO circuits');
    expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'CLOSED' });
    await circuit.note(permit, true);
    expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'OPEN' });
  });

  it('stays closed when four of ten failed', async () => {
    await begin({});
    await hearPayments(6);
    service.start();
    await eventually(async () => expect(await calls()).toBe(6));
    await service.dataPlatform.behave({ isDown: true });
    await hearPayments(1); // three calls
    await eventually(async () => expect(await calls()).toBe(9));
    await eventually(async () => expect((await listed(service))[0].attempts).toBe(3));
    await service.dataPlatform.behave({});
    await hearPayments(30);
    await eventually(async () => expect(await calls()).toBe(39));
    expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'CLOSED' });
  });

  it('lets three trials through in all, however many replicas there are, and opens again when they fail', async () => {
    await begin({ CIRCUIT_OPEN_MS: openMs, SENDS_AT_ONCE: 10 });
    const replica = await service.anotherReplica();
    await service.dataPlatform.behave({ isDown: true });
    service.start();
    await hearPayments(40);
    await eventually(async () => expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'OPEN' }));
    replica.start();
    const { reopensAt } = await stateOf('DATA_PLATFORM');
    // Those that were under way when it opened have ended by then.
    await pause(Math.max(0, Date.parse(reopensAt) - 300 - Date.now()));
    const before = await calls();
    await eventually(async () => {
      expect(Date.parse((await stateOf('DATA_PLATFORM')).reopensAt)).toBeGreaterThan(Date.parse(reopensAt));
    });
    expect((await calls()) - before).toBe(3);
  });

  it('closes after three trials that were good, and what waited goes out', async () => {
    await begin();
    expect(await openness()).toEqual(['0', '0']);
    await service.dataPlatform.behave({ isDown: true });
    service.start();
    await hearPayments(30);
    await eventually(async () => expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'OPEN' }));
    expect(await openness()).toEqual([expect.stringMatching(/^(1|0.5)$/), '0']);
    await service.dataPlatform.behave({});
    // Those that failed before wait for their minute.
    await eventually(async () =>
      expect((await listed(service, { status: 'DELIVERED' })).length).toBeGreaterThan(20),
    );
    expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'CLOSED', reopensAt: null });
    expect(await openness()).toEqual(['0', '0']);
  });

  it('is not forgotten when the process ends', async () => {
    await begin({});
    await service.dataPlatform.behave({ isDown: true });
    service.start();
    await hearPayments(12);
    await eventually(async () => expect(await stateOf('DATA_PLATFORM')).toMatchObject({ state: 'OPEN' }));
    await service.stop();
    const before = await calls();
    service.start();
    await hearPayments(1);
    await service.hear(told(aHistory().confirmed));
    // Slack's is through when the data platform's had its chance, too.
    await eventually(async () => expect(await service.slack.taken()).toHaveLength(1));
    expect(await calls()).toBe(before);
  });
});
