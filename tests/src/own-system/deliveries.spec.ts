import { setTimeout as pause } from 'node:timers/promises';
import { circuitOf, deliveriesOf, eventually, everything, outsideOf, toldAbout } from '../testing/outside.ts';
import type { Outside } from '../testing/outside.ts';
import { buySeats } from '../testing/purchases.ts';
import type { Purchase } from '../testing/purchases.ts';
import { concertOnSale, processesOf, startSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

let system: System;
let sale: Sale;
let outside: Outside;

beforeAll(async () => {
  // A minute of the default settings is a second here.
  const environment = { RETRY_EVERY_SECONDS: '1', CIRCUIT_OPEN_MS: '700', ATTEMPT_TIMEOUT_MS: '1000' };
  system = await startSystem({ environment });
  sale = await concertOnSale(system, { rows: 20, seatsPerRow: 20 });
  outside = outsideOf(system);
}, 120_000);

afterAll(async () => {
  await system.stop();
}, 30_000);

beforeEach(() => outside.dataPlatform.behave({}));

const all: Purchase[] = [];
const buy = async (count: number) => {
  const bought = await buySeats(system, sale, count);
  all.push(...bought);
  return bought;
};
/** Nothing is missing, nothing is there twice, and the deliveries of each purchase are in order. */
const allAreTold = () =>
  eventually(async () => {
    expect(await toldAbout(outside, all)).toEqual(all.map(() => everything));
    expect((await outside.slack.report()).taken).toBe(all.length);
    expect((await outside.dataPlatform.report()).taken).toBe(2 * all.length);
    // Deliveries that a killed process was making are made again after ten seconds.
  }, 60_000);

describe('purchases', () => {
  it('are all told while the data platform fails half of its calls, then is down, and comes back', async () => {
    await outside.dataPlatform.behave({ failShare: 0.5 });
    await buy(12);
    await outside.dataPlatform.behave({ isDown: true });
    await buy(12);
    await eventually(async () => expect(await circuitOf(system)).toBe('OPEN'));
    // Slack is not affected.
    await eventually(async () => expect((await outside.slack.report()).taken).toBe(all.length));
    await outside.dataPlatform.behave({});
    await buy(6);
    await allAreTold();
    await eventually(async () => expect(await circuitOf(system)).toBe('CLOSED'));
    await eventually(async () => expect(await deliveriesOf(system, 'PENDING')).toEqual([]));
    expect((await outside.dataPlatform.report()).forged).toBe(0);
  }, 120_000);

  it('are all told though deliveries is killed in the middle of it, and answers are lost', async () => {
    await outside.dataPlatform.behave({ delayMs: 150, cutShare: 0.1 });
    const victims = processesOf(system.stack, 'deliveries');
    const buying = buy(20);
    for (let i = 0; i < 3; i++) {
      await pause(700);
      for (const victim of victims) victim.kill('SIGKILL');
      for (const victim of victims) await victim.waitUntilReady();
    }
    await buying;
    await outside.dataPlatform.behave({});
    await allAreTold();
    await eventually(async () => expect(await deliveriesOf(system, 'PENDING')).toEqual([]));
  }, 120_000);

  it('that were refused are told when an operator says so', async () => {
    await outside.dataPlatform.behave({ failShare: 1, failStatus: 422 });
    await buy(1);
    await eventually(async () => {
      const failed = await deliveriesOf(system, 'FAILED');
      expect(failed.map(({ attempts, lastError }) => [attempts, lastError])).toEqual([
        [1, 'status 422 Not today.'],
        [1, 'status 422 Not today.'],
      ]);
    });
    await outside.dataPlatform.behave({});
    for (const { id } of (await deliveriesOf(system, 'FAILED')).toReversed()) {
      const { redeliver } = await system.operator.ask<{ redeliver: { status: string } }>(
        'mutation ($id: ID!) { redeliver(id: $id) { ... on Delivery { status } } }',
        { id },
      );
      expect(redeliver.status).toBe('PENDING');
      await eventually(async () => expect((await deliveriesOf(system, 'PENDING')).length).toBe(0));
    }
    await allAreTold();
    expect(await deliveriesOf(system, 'FAILED')).toEqual([]);
  }, 60_000);

  it('leave nothing for the audit to find', async () => {
    expect(await system.audit()).toEqual([]);
  }, 60_000);
});
