import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import type { Browser, Page } from 'playwright-core';
import { databaseOf } from '@frontrow/stack/layout';
import type { Fan, SeatHoldAnswer } from '@frontrow/stack/fan';
import { eventually } from '@frontrow/events/testing/eventually';
import { openBrowser, openPage } from '../testing/browser.ts';
import type { WatchedPage } from '../testing/browser.ts';
import { admittedFan, concertOnSale, crowdOf, sharedSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

const fansAtOnce = 25;
const buyers = 200;
const seatsOfEach = 10;
const price = 100;
const charged = 1_000;

let system: System;
let sale: Sale;
let crowd: Fan[];
/** A connection that may change every database. */
let root: Connection;
let browser: Browser;
/** The console of the operator who decides about the show. */
let desk: WatchedPage;

beforeAll(async () => {
  [system, browser] = await Promise.all([sharedSystem(), openBrowser()]);
  root = await createConnection(system.stack.mysqlUrl);
  sale = await concertOnSale(system, { rows: 50, seatsPerRow: 50, price, maxSeatsPerFan: seatsOfEach });
  crowd = await crowdOf(system, buyers);
  const left = [...crowd];
  await Promise.all(
    Array.from({ length: fansAtOnce }, async () => {
      for (let fan = left.pop(); fan !== undefined; fan = left.pop()) await buy(fan);
    }),
  );
}, 300_000);

afterAll(async () => {
  await root.end();
  await browser.close();
});

async function buy(fan: Fan): Promise<void> {
  await fan.charge(charged);
  const { pass } = await fan.waitForAdmission(sale.concertId);
  const wish = { bestAvailable: { count: seatsOfEach } };
  const { reservationId } = (await fan.hold(sale.scheduleId, pass, wish)) as SeatHoldAnswer;
  await fan.pay(reservationId);
}

async function openDesk(): Promise<WatchedPage> {
  const opened = await openPage(browser, new URL('/', system.url).href);
  const { page } = opened;
  await page.goto(`/operate/sales/${sale.concertId}`);
  await page.getByLabel('E-mail').fill(system.stack.operator.email);
  await page.getByLabel('Password').fill(system.stack.operator.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  return opened;
}

/** The share of the work that the bar shows as done; 1 if all of it. */
const shareDone = (page: Page): Promise<number> =>
  page
    .getByRole('progressbar', { name: 'Cancelled and refunded' })
    .evaluate((bar) => (bar as unknown as { readonly position: number }).position);

const parts = `reservationTotals { status reservations seats total }
  cancellation { reservationsLeft reservationsCancelled refundsLeft refunds refundedPoints }
  availability { held sold } concert { waitingRoom { status } }`;

interface Shown {
  readonly reservationTotals: { status: string; reservations: number; seats: number; total: number }[];
  readonly cancellation: Record<string, number> | null;
  readonly availability: { held: number; sold: number };
  readonly concert: { waitingRoom: { status: string } };
}

const showUntil = async (isReached: (shown: Shown) => boolean) => {
  const query = `query ($id: ID!) { schedule(id: $id) { ${parts} } }`;
  const { schedule } = await system.operator.until<{ schedule: Shown }>(
    query,
    { id: sale.scheduleId },
    ({ schedule }) => isReached(schedule),
    180_000,
  );
  return schedule;
};

/** Ends processes by kill -9, and waits until others stand in for them. */
async function kill(names: RegExp): Promise<void> {
  const victims = system.stack.processes.filter(({ name }) => names.test(name));
  for (const victim of victims) victim.kill('SIGKILL');
  for (const victim of victims) await victim.waitUntilReady();
}

async function countOf(status: string): Promise<number> {
  const [rows] = await root.query(
    `SELECT COUNT(*) AS count FROM ${databaseOf('reservations')}.reservations WHERE schedule_id = ? AND status = ?`,
    [sale.scheduleId, status],
  );
  return (rows as [{ count: number }])[0].count;
}

describe('a show with 2,000 sold seats that is cancelled', () => {
  it('is rehearsed before: the operator sees how many reservations, seats and points it affects', async () => {
    const { reservationTotals, cancellation, availability } = await showUntil(
      ({ availability }) => availability.sold === buyers * seatsOfEach,
    );
    const [seats, total] = [buyers * seatsOfEach, buyers * seatsOfEach * price];
    expect(reservationTotals).toEqual([{ status: 'CONFIRMED', reservations: buyers, seats, total }]);
    expect(cancellation).toBeNull();
    expect(availability.held).toBe(0);

    desk = await openDesk();
    await desk.page.getByRole('button', { name: 'Rehearse cancelling it' }).click();
    await desk.page
      .getByText(
        'Paid reservations that will be cancelled: 200, for 2,000 seats. ₩200,000 go back to wallets.',
      )
      .waitFor();
    expect(await desk.complaints()).toEqual([]);
  }, 60_000);

  it('is compensated to the last point, though its services are killed in the middle, and an operator interrupts it', async () => {
    const { page, complaints } = desk;
    const holding = await admittedFan(system, sale);
    const wish = { bestAvailable: { count: 2 } };
    await holding.fan.hold(sale.scheduleId, holding.pass, wish);
    // Another transaction keeps some reservations locked, so that the kill comes in the middle, however fast the rest is.
    await root.beginTransaction();
    await root.query(
      `SELECT id FROM ${databaseOf('reservations')}.reservations WHERE schedule_id = ? AND status = 'CONFIRMED'
       ORDER BY id LIMIT 50 FOR UPDATE`,
      [sale.scheduleId],
    );
    await page.getByRole('button', { name: 'Cancel the show…' }).click();
    await page.getByRole('button', { name: 'Cancel the show and refund everybody' }).click();
    await eventually(async () => {
      expect(await countOf('CANCELLED')).toBeGreaterThan(0);
    });
    await kill(/^(reservations|payments)/);
    expect(await countOf('CONFIRMED')).toBeGreaterThanOrEqual(50);

    await page.getByRole('button', { name: 'Interrupt' }).click();
    await page.getByText('Interrupted. Reservations that have not been cancelled yet stay').waitFor();
    await kill(/^reservations/);
    // What was interrupted stays so after a restart, though nothing keeps the reservations locked any more.
    await root.rollback();
    await page.reload();
    await page.getByText('Interrupted. Reservations that have not been cancelled yet stay').waitFor();
    const left = await countOf('CONFIRMED');
    expect(left).toBeGreaterThanOrEqual(50);
    await page
      .locator('.facts .row', { hasText: new RegExp(`^Reservations to be cancelled${left}$`) })
      .waitFor();
    const share = await shareDone(page);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    // What the browser noted while the services were away.
    await complaints();

    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Done: no reservation is left').waitFor({ timeout: 120_000 });
    expect(await shareDone(page)).toBe(1);
    await page.locator('.facts .row', { hasText: /^Refunded200$/ }).waitFor();
    expect(await page.getByRole('button', { name: /^(Interrupt|Go on)$/ }).count()).toBe(0);
    expect(await complaints()).toEqual([]);

    const { cancellation, availability, concert } = await showUntil(
      ({ cancellation, availability }) =>
        cancellation?.['reservationsLeft'] === 0 &&
        cancellation['refunds'] === buyers &&
        availability.sold + availability.held === 0,
    );
    expect(cancellation).toMatchObject({
      ...{ reservationsCancelled: buyers + 1, refundsLeft: 0 },
      refundedPoints: buyers * seatsOfEach * price,
    });
    expect(availability).toEqual({ held: 0, sold: 0 });
    expect(concert.waitingRoom.status).toBe('CLOSED');
    const answer = await holding.fan.hold(sale.scheduleId, holding.pass, wish);
    expect(answer).toMatchObject({ code: 'SHOW_CANCELLED' });
  }, 240_000);

  it('leaves every fan with what they had charged, once, and with the reason', async () => {
    const [rows] = await root.query(
      `SELECT balance, COUNT(*) AS wallets FROM ${databaseOf('payments')}.wallets WHERE user_id IN (?) GROUP BY balance`,
      [crowd.map(({ id }) => id)],
    );
    expect(rows).toEqual([{ balance: charged, wallets: buyers }]);
    const fan = crowd[0] as Fan;
    const { me } = await fan.ask<{ me: { reservations: { edges: { node: object }[] } } }>(
      '{ me { reservations { edges { node { status endedBecause payment { status } } } } } }',
    );
    expect(me.reservations.edges.map(({ node }) => node)).toEqual([
      { status: 'CANCELLED', endedBecause: 'SHOW_CANCELLED', payment: { status: 'REFUNDED' } },
    ]);
  }, 30_000);

  it('is in the log of operators, and leaves nothing for the audit to find', async () => {
    const { operatorActions } = await system.operator.until<{
      operatorActions: { edges: { node: { action: string; subjectId: string } }[] };
    }>('{ operatorActions { edges { node { action subjectId } } } }', {}, ({ operatorActions }) =>
      operatorActions.edges.some(({ node }) => node.action === 'cancelSchedule'),
    );
    expect(operatorActions.edges.map(({ node }) => node)).toContainEqual({
      action: 'cancelSchedule',
      subjectId: sale.scheduleId,
    });
    expect(await system.audit()).toEqual([]);
  }, 120_000);
});
