import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Browser, Page } from 'playwright-core';
import encodeQR from 'qr';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { openBrowser, openPage, phone } from '../testing/browser.ts';
import type { WatchedPage } from '../testing/browser.ts';
import { password, withoutNetworkErrors } from '../testing/storefront.ts';
import { admittedFan, aMemberOfStaff, concertOnSale, sharedSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

let [system, browser]: [System, Browser] = [] as unknown as [System, Browser];
let staffEmail = '';
const pages: WatchedPage[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([sharedSystem(), openBrowser()]);
  const { me } = await (await aMemberOfStaff(system)).ask<{ me: { email: string } }>('{ me { email } }');
  staffEmail = me.email;
}, 120_000);
afterEach(async () => {
  for (const each of pages.splice(0)) await each.close();
});
afterAll(async () => {
  await browser.close();
}, 30_000);

async function open(path: string, { by = browser, permissions = [] as string[] } = {}): Promise<WatchedPage> {
  const options = { ...phone, locale: 'en-GB', permissions };
  const opened = await openPage(by, new URL('/', system.url).href, options);
  pages.push(opened);
  await opened.page.goto(path);
  return opened;
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(staffEmail);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** A phone that admits tickets of the show at a door of this name. */
async function openDoor(
  { scheduleId }: Sale,
  name: string,
  options?: Parameters<typeof open>[1],
): Promise<WatchedPage> {
  const opened = await open('/door', options);
  const { page } = opened;
  await logIn(page);
  await page.getByLabel('Show', { exact: true }).selectOption(scheduleId);
  await page.getByLabel('Name of the door').fill(name);
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('heading', { name }).waitFor();
  return opened;
}

async function show(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code, typed or by a scanner').fill(code);
  await page.getByRole('button', { name: 'Check' }).click();
}
const yes = (page: Page) => page.getByRole('alert').getByText('Yes, come in');
const no = (page: Page, why: string | RegExp) =>
  page.getByRole('alert').filter({ hasText: 'No' }).getByText(why);

/** A film (YUV4MPEG2) of one picture: a QR code in black on white, as a fan's phone shows it. */
function filmOf(code: string): Buffer {
  const [width, height] = [640, 480];
  const modules = encodeQR(code, 'raw', { border: 4 });
  const side = Math.floor(height / modules.length);
  const luma = Buffer.alloc(width * height, 235);
  for (const [y, row] of modules.entries())
    for (const [x, isDark] of row.entries())
      if (isDark)
        for (let line = 0; line < side; line++) {
          const from = (y * side + line) * width + x * side;
          luma.fill(16, from, from + side);
        }
  const noColour = Buffer.alloc((width * height) / 2, 128);
  const header = `YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\nFRAME\n`;
  return Buffer.concat([Buffer.from(header), luma, noColour]);
}

/** Lets a show begin this many hours ago. Operators cannot add a date in the past, so this changes the database. */
async function begin({ scheduleId }: Sale, hoursAgo: number): Promise<void> {
  const database = await createConnection({ uri: system.stack.databaseUrl('concerts'), timezone: 'Z' });
  const startsAt = new Date(Date.now() - hoursAgo * 60 * 60 * 1_000);
  await database.query('UPDATE schedules SET starts_at = ? WHERE id = ?', [startsAt, scheduleId]);
  await database.end();
}

/** Buys tickets, and returns their codes. */
async function ticketsFor(sale: Sale, count: number): Promise<string[]> {
  const { fan, pass } = await admittedFan(system, sale);
  const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count } })) as SeatHoldAnswer;
  await fan.pay(hold.reservationId);
  await fan.reservationUntil(hold.reservationId, 'CONFIRMED');
  const { reservation } = await fan.ask<{ reservation: { tickets: { code: string }[] } }>(
    'query ($id: ID!) { reservation(id: $id) { tickets { code } } }',
    { id: hold.reservationId },
  );
  return reservation.tickets.map(({ code }) => code);
}

describe('the door', () => {
  it('admits a ticket once, and says when and at which door it entered before', async () => {
    const sale = await concertOnSale(system);
    const [code = '', other = ''] = await ticketsFor(sale, 2);
    const north = await openDoor(sale, 'North');
    expect(await north.complaints()).toEqual([]);
    await show(north.page, code);
    await yes(north.page).waitFor();
    await north.page.getByText('A-1-', { exact: false }).first().waitFor();
    expect(await north.complaints()).toEqual([]);
    await show(north.page, code);
    await no(north.page, /In already: .*by the door North/).waitFor();
    expect(await north.complaints()).toEqual([]);

    const south = await openDoor(sale, 'South');
    await show(south.page, code);
    await no(south.page, /by the door North/).waitFor();
    await show(south.page, 'HELLO');
    await no(south.page, 'This is not one of our tickets.').waitFor();
    const anotherSale = await concertOnSale(system);
    const [foreign = ''] = await ticketsFor(anotherSale, 1);
    await show(south.page, foreign);
    await no(south.page, 'This ticket is for another show.').waitFor();

    // If both doors scan it at the same moment, one of them says yes.
    const both = [north.page, south.page];
    for (const page of both)
      await page.locator('.verdict').evaluate((panel) => panel.classList.add('before'));
    await Promise.all(both.map((page) => show(page, other)));
    for (const page of both) await page.locator('.verdict:not(.before)').waitFor();
    const answers = () => Promise.all(both.map((page) => yes(page).count()));
    expect((await answers()).toSorted()).toEqual([0, 1]);
  }, 120_000);

  it('admits latecomers on a phone that is set up after the show has begun, until a day later', async () => {
    const [sale, yesterdays] = [await concertOnSale(system), await concertOnSale(system)];
    const [code = ''] = await ticketsFor(sale, 1);
    await begin(sale, 1);
    await begin(yesterdays, 25);
    const { page, complaints } = await openDoor(sale, 'Late');
    await show(page, code);
    await yes(page).waitFor();
    await page.getByRole('button', { name: 'Another show or door' }).click();
    const shows = page.getByLabel('Show', { exact: true });
    // Nothing is nearer to now than the show that began an hour ago.
    await shows.waitFor();
    expect(await shows.inputValue()).toBe(sale.scheduleId);
    expect(await shows.locator(`option[value="${yesterdays.scheduleId}"]`).count()).toBe(0);
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('reads the code that is held before its camera, once as long as it stays there', async () => {
    const sale = await concertOnSale(system);
    const [code = ''] = await ticketsFor(sale, 1);
    const folder = await mkdtemp(join(tmpdir(), 'frontrow-camera-'));
    const film = join(folder, 'ticket.y4m');
    await writeFile(film, filmOf(code));
    const withCamera = await openBrowser([
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ]);
    try {
      const { page, complaints } = await openDoor(sale, 'Camera', {
        by: withCamera,
        permissions: ['camera'],
      });
      await page.getByRole('button', { name: 'Start the camera' }).click();
      await page.getByLabel('What the camera shows').waitFor();
      await yes(page).waitFor();
      expect(await complaints()).toEqual([]);
      await page.getByRole('button', { name: 'Stop the camera' }).click();
      await show(page, code);
      await no(page, /by the door Camera/).waitFor();
    } finally {
      await withCamera.close();
      await rm(folder, { recursive: true });
    }
  }, 120_000);

  it('works without a network, also after a reload; what two doors admitted alone is settled and shown', async () => {
    const sale = await concertOnSale(system);
    const [code = ''] = await ticketsFor(sale, 1);
    const [north, south] = [await openDoor(sale, 'North'), await openDoor(sale, 'South')];
    for (const { page } of [north, south]) {
      await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
      await page.context().setOffline(true);
    }
    await show(north.page, code);
    await yes(north.page).waitFor();
    await north.page.getByText('No network.').waitFor();
    await north.page.reload();
    await north.page.getByRole('heading', { name: 'North' }).waitFor();
    await show(north.page, code);
    await no(north.page, /by the door North/).waitFor();
    await show(south.page, code);
    await yes(south.page).waitFor();

    for (const { page } of [south, north]) await page.context().setOffline(false);
    for (const { page } of [south, north]) {
      await page.getByText(/came twice: it entered by North, .* and was let in again by South/).waitFor();
    }
    expect(withoutNetworkErrors(await north.complaints())).toEqual([]);
    expect(await system.audit()).toEqual([]);
  }, 120_000);

  it('is all that staff see: they are refused the console, and buying', async () => {
    const { page, complaints } = await open('/operate');
    await logIn(page);
    await page.getByRole('heading', { name: 'This page is for operators' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    expect(await complaints()).toEqual([]);
    const member = await Fan.logIn(system.url, staffEmail, password);
    const refused = [
      '{ sagas { edges { cursor } } }',
      '{ deliveries { edges { cursor } } }',
      '{ operators { id } }',
      'mutation { chargePoints(input: { amount: 1, idempotencyKey: "k" }) { __typename } }',
    ];
    for (const operation of refused) {
      const { errors } = await member.send(operation);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  }, 60_000);

  it('is closed to fans', async () => {
    const fan = await Fan.register(system.url);
    const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
    const { page, complaints } = await open('/door');
    await page.getByLabel('E-mail').fill(me.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'This page is for staff' }).waitFor();
    expect(await complaints()).toEqual([]);
  }, 60_000);
});
