import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { openBrowser, openPage } from '../testing/browser.ts';
import type { WatchedPage } from '../testing/browser.ts';
import { circuitOf, deliveriesOf, eventually, everything, outsideOf, toldAbout } from '../testing/outside.ts';
import type { Outside } from '../testing/outside.ts';
import { buySeats } from '../testing/purchases.ts';
import type { Purchase } from '../testing/purchases.ts';
import { concertOnSale, processesOf, startSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

let system: System;
let sale: Sale;
let outside: Outside;
let browser: Browser;
/** The page of the console that shows what needs an operator. */
let desk: WatchedPage;

beforeAll(async () => {
  // A minute of the default settings is a second here.
  const environment = { RETRY_EVERY_SECONDS: '1', CIRCUIT_OPEN_MS: '700', ATTEMPT_TIMEOUT_MS: '1000' };
  [system, browser] = await Promise.all([startSystem({ environment }), openBrowser()]);
  sale = await concertOnSale(system, { rows: 20, seatsPerRow: 20 });
  outside = outsideOf(system);
  desk = await openPage(browser, new URL('/', system.url).href);
  await desk.page.goto('/operate/trouble');
  await desk.page.getByLabel('E-mail').fill(system.stack.operator.email);
  await desk.page.getByLabel('Password').fill(system.stack.operator.password);
  await desk.page.getByRole('button', { name: 'Log in' }).click();
}, 120_000);

afterAll(async () => {
  await browser.close();
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
    const circuit = desk.page.getByRole('listitem').filter({ hasText: 'Data platform' }).first();
    // Now and then one call is made, to see whether it is back.
    await circuit.getByText(/^(Calls are held back|Trying again)$/).waitFor();
    expect(await desk.complaints()).toEqual([]);
    // Slack is not affected.
    await eventually(async () => expect((await outside.slack.report()).taken).toBe(all.length));
    await outside.dataPlatform.behave({});
    await buy(6);
    await allAreTold();
    await eventually(async () => expect(await circuitOf(system)).toBe('CLOSED'));
    await circuit.getByText('Calls are made').waitFor();
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
    const { page, complaints } = desk;
    const failed = (await deliveriesOf(system, 'FAILED')).map(({ id }) => id);
    await page.reload();
    const rows = page.locator('li', { hasText: 'status 422 Not today.' });
    await rows.nth(1).waitFor();
    expect(await complaints()).toEqual([]);
    // The newest is on top, and the oldest is sent first.
    for (const left of [1, 0]) {
      await rows.nth(left).getByRole('button', { name: 'Send again' }).click();
      await eventually(async () => expect(await rows.count()).toBe(left));
      await eventually(async () => expect((await deliveriesOf(system, 'PENDING')).length).toBe(0));
    }
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByText('Sent a delivery again').nth(1).waitFor();
    expect(await complaints()).toEqual([]);
    interface Log {
      readonly operatorActions: { edges: { node: { subjectId: string } }[] };
    }
    const { operatorActions } = await system.operator.ask<Log>(
      '{ operatorActions(action: "redeliver") { edges { node { subjectId } } } }',
    );
    expect(operatorActions.edges.map(({ node }) => node.subjectId)).toEqual(failed);
    await allAreTold();
    expect(await deliveriesOf(system, 'FAILED')).toEqual([]);
  }, 60_000);

  it('leave nothing for the audit to find', async () => {
    expect(await system.audit()).toEqual([]);
  }, 60_000);
});
