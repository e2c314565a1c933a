import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootFolder } from '@frontrow/stack/home';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import type { Browser, Page, Request } from 'playwright-core';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { databaseOf } from '@frontrow/stack/layout';
import { openBrowser, openPage } from '../testing/browser.ts';
import type { WatchedPage } from '../testing/browser.ts';
import { confirmEmailOf, mailTo } from '../testing/mails.ts';
import { password, signUp, withoutNetworkErrors } from '../testing/storefront.ts';
import { admittedFan, concertOnSale, configureRoom, sharedSystem } from '../testing/system.ts';
import type { System } from '../testing/system.ts';

let [system, browser]: [System, Browser] = [] as unknown as [System, Browser];
/** A connection that may change every database, to break things. */
let root: Connection;
const pages: WatchedPage[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([sharedSystem(), openBrowser()]);
  root = await createConnection(system.stack.mysqlUrl);
}, 120_000);
afterEach(async () => {
  for (const each of pages.splice(0)) await each.close();
});
afterAll(async () => {
  await root.end();
  await browser.close();
}, 30_000);

async function open(path: string): Promise<WatchedPage> {
  const opened = await openPage(browser, new URL('/', system.url).href);
  pages.push(opened);
  await opened.page.goto(path);
  return opened;
}

async function openConsole(path: string, account = system.stack.operator): Promise<WatchedPage> {
  const opened = await open(path);
  await logIn(opened.page, account);
  return opened;
}

async function logIn(page: Page, account: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** The rows of a table that the page makes a file of, the names of its columns first. */
async function downloaded(page: Page, button: string): Promise<string[][]> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  const text = await readFile(await file.path(), 'utf8');
  const lines = text.replace('\uFEFF', '').trimEnd().split(/\r?\n/);
  return lines.map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));
}

/** The web client as who develops it sees it: with the explorer, which is in no build. */
async function developmentServer(gatewayUrl: string): Promise<{ url: string; stop: () => Promise<unknown> }> {
  const vite = join(rootFolder, 'node_modules/vite/bin/vite.js');
  const child = spawn(
    process.execPath,
    [vite, join(rootFolder, 'storefront'), '--host', '127.0.0.1', '--port', '0'],
    {
      env: { ...process.env, GATEWAY_PORT: new URL(gatewayUrl).port, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const stopped = once(child, 'exit');
  const stop = () => {
    child.kill();
    return stopped;
  };
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      const [, address] = /Local:\s+(http:\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    void stopped.then(() => reject(new Error(`the development server has ended: ${said}`)));
  });
  return { url, stop };
}

const words = {
  ...{ artist: 'The Stories', description: '', venueName: 'Story Hall', venueAddress: '1 Story Street' },
};
const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1_000).toISOString();
const changeConcert =
  'mutation ($input: ChangeConcertInput!) { changeConcert(input: $input) { __typename } }';
const availability = 'query ($id: ID!) { schedule(id: $id) { availability { available keptBack } } }';
interface Counted {
  readonly schedule: { readonly availability: { readonly available: number; readonly keptBack: number } };
}

describe('the console', () => {
  it('pauses a room, after saying what that does, and the waiting fan sees it', async () => {
    const sale = await concertOnSale(system);
    await configureRoom(system.operator, sale.concertId, { maxActive: 1 });
    await admittedFan(system, sale);
    const fan = await open(`/concerts/${sale.concertId}/line`);
    await signUp(fan.page);
    await fan.page.getByRole('button', { name: 'Join the line' }).click();
    await fan.page.getByText('Your place in line').waitFor();

    const { page, complaints } = await openConsole('/operate');
    await page.locator(`a[href$="/sales/${sale.concertId}"]`).click();
    await page.getByRole('img', { name: /^The line: Waiting \d/ }).waitFor();
    await page.getByText('Paused', { exact: true }).click();
    await page.getByText('Those who wait (1) keep their place; those who are admitted (1)').waitFor();
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Done. It is in the log.').waitFor();
    await fan.page.getByText('The line stands still').waitFor();
    expect(await complaints()).toEqual([]);
    expect(await fan.complaints()).toEqual([]);

    await page.getByLabel('Let in per second').fill('2');
    await page.getByLabel('Shop at once').fill('20');
    await page.getByLabel('Shop at once').blur();
    await page.getByText(/^Room for 19 more fans in the shop/).waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Done. It is in the log.').waitFor();
    await page.reload();
    await page
      .getByRole('img', { name: 'The line: Waiting 1 now, 1 at most; Admitted 1 now, 1 at most' })
      .waitFor();
    expect(await page.getByLabel('Let in per second').inputValue()).toBe('2');
    expect(await page.getByLabel('Shop at once').inputValue()).toBe('20');
    expect(await complaints()).toEqual([]);

    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByText('Changed a waiting room').first().waitFor();
    await page.getByText('PAUSED').first().waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('finds a purchase whose event was given up on, shows its story, and replays the event', async () => {
    const sale = await concertOnSale(system);
    const { fan, pass } = await admittedFan(system, sale);
    const [seat] = sale.seats;
    const seats = { seatIds: [seat?.id ?? ''] };
    const { reservationId: id } = (await fan.hold(sale.scheduleId, pass, seats)) as SeatHoldAnswer;
    await fan.reservationUntil(id, 'PENDING');
    await root.query(`USE ${databaseOf('reservations')}`);
    await root.query(
      `ALTER TABLE reservations ADD CONSTRAINT poison CHECK (id <> '${id}' OR status <> 'CONFIRMED')`,
    );
    await fan.pay(id);

    const { page, complaints } = await openConsole('/operate/trouble');
    const letter = page.getByRole('article', { name: 'payment.completed.v1' });
    await letter.getByText('poison').waitFor();
    expect(await complaints()).toEqual([]);
    await root.query('ALTER TABLE reservations DROP CONSTRAINT poison');
    await letter.getByRole('button', { name: 'Replay' }).click();
    // It leaves the list of open letters when the list is next refreshed.
    await letter.waitFor({ state: 'detached' });
    await page.locator('.choice', { hasText: 'Replayed' }).click();
    await letter.getByText('Replayed', { exact: true }).waitFor();
    await letter.getByRole('link', { name: 'Its purchase' }).click();
    await page.getByText('A service gave up').waitFor();
    await page.getByText('Points returned').waitFor();
    await page.getByText('Nothing. The purchase has ended.').waitFor();
    expect(await complaints()).toEqual([]);

    // The same purchase is found by its fan, and by its seat.
    await page.getByRole('link', { name: 'All purchases of this fan' }).click();
    await page.locator(`a[href$="${id}"]`).waitFor();
    await page.getByText('Seat', { exact: true }).click();
    await page.getByLabel('Date').selectOption(sale.scheduleId);
    const label = seat?.label.toLowerCase() ?? '';
    await page.getByLabel('Seat, e.g. A-12-7').fill(label);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('heading', { name: `Everybody who has or had ${label}` }).waitFor();
    await page.locator(`a[href$="${id}"]`).waitFor();
    expect(await complaints()).toEqual([]);

    // Its log is made to say what must never happen.
    await page.goto('/operate/trouble');
    const claim = page.getByRole('listitem').filter({ hasText: 'Nobody pays twice' });
    await claim.getByText('Holds').waitFor();
    await root.query(`UPDATE ${databaseOf('sagas')}.sagas SET breaks = 'PAID_TWICE' WHERE id = ?`, [id]);
    await claim.getByText('Broken by one purchase').waitFor();
    await page.getByText('run “npm run audit” while nobody buys').waitFor();
    expect(await complaints()).toEqual([]);
    await root.query(`UPDATE ${databaseOf('sagas')}.sagas SET breaks = NULL WHERE id = ?`, [id]);
    await claim.getByText('Holds').waitFor();
  }, 120_000);

  it('shows what a fan and a seat had before, page by page', async () => {
    const sale = await concertOnSale(system);
    const [seat] = sale.seats;
    const { fan } = await admittedFan(system, sale);
    const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
    const ids: string[] = [];
    while (ids.length < 21) {
      const { pass } = await fan.waitForAdmission(sale.concertId);
      const answer = await fan.hold(sale.scheduleId, pass, { seatIds: [seat?.id ?? ''] });
      // The seat can be held again once concerts has heard that it was given back.
      if (answer.__typename === 'SeatsTaken') continue;
      const { reservationId } = answer as SeatHoldAnswer;
      // Whoever holds seats again and again without paying has to pause. Whoever has paid has to come to the waiting room again.
      await fan.pay(reservationId);
      await fan.reservationUntil(reservationId, 'CONFIRMED');
      await fan.cancel(reservationId);
      ids.push(reservationId);
    }
    const { page, complaints } = await openConsole(
      `/operate/purchases?${new URLSearchParams({ email: me.email }).toString()}`,
    );
    const first = page.locator(`a[href$="${ids[0]}"]`);
    const showAll = async () => {
      await page.locator(`a[href$="${ids[20]}"]`).waitFor();
      expect(await first.count()).toBe(0);
      await page.getByRole('button', { name: 'Show more' }).click();
      await first.waitFor();
      expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
    };
    await showAll();
    await page.goto(
      `/operate/purchases?${new URLSearchParams({ date: sale.scheduleId, seat: seat?.label ?? '' }).toString()}`,
    );
    await showAll();
    expect(await page.getByLabel('Date').inputValue()).toBe(sale.scheduleId);
    expect(await complaints()).toEqual([]);

    // All purchases are looked at again every few seconds, but not so that a page that was asked for is taken away.
    await page.clock.install();
    await page.goto('/operate/purchases');
    await page.locator('.choice', { hasText: 'Put back' }).click();
    const more = page.getByRole('button', { name: 'Show more' });
    await more.waitFor();
    const isLook = (request: Request) => request.postData()?.includes('Sagas') === true;
    const looked = () => page.waitForResponse((answer) => isLook(answer.request()));
    await Promise.all([looked(), page.clock.runFor(6_000)]);
    await page.context().setOffline(true);
    await more.click();
    await page.getByText('We could not be reached').waitFor();
    expect(withoutNetworkErrors(await complaints())).toEqual([]);
    // The page asks for all that it shows as soon as it is back.
    await Promise.all([looked(), page.context().setOffline(false)]);
    await showAll();
    // Nobody looks at what is longer than a page. Whatever was asked meanwhile would be known before a later request is answered.
    const looks: Request[] = [];
    page.on('request', (request) => isLook(request) && looks.push(request));
    await page.clock.runFor(11_000);
    await page.evaluate(() => fetch('/healthz'));
    expect(looks).toEqual([]);
    expect(await first.count()).toBe(1);
    expect(withoutNetworkErrors(await complaints())).toEqual([]);
  }, 120_000);

  it('rehearses moving a show, moves it, and the fan who looks at their seats is told, and gives them back', async () => {
    const sale = await concertOnSale(system);
    const { fan, pass } = await admittedFan(system, sale);
    const { reservationId } = (await fan.hold(sale.scheduleId, pass, {
      bestAvailable: { count: 2 },
    })) as SeatHoldAnswer;
    await fan.pay(reservationId);
    await fan.reservationUntil(reservationId, 'CONFIRMED');
    const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
    const theirs = await open(`/tickets/${reservationId}`);
    await logIn(theirs.page, { email: me.email, password });
    await theirs.page.getByText('These seats are yours.').waitFor();
    const choosing = await open(`/dates/${sale.scheduleId}`);
    await choosing.page.getByRole('button', { name: 'Join the line' }).waitFor();
    const looking = await open(`/concerts/${sale.concertId}`);
    await looking.page.getByRole('button', { name: /^Get tickets/ }).waitFor();

    const { page, complaints } = await openConsole(`/operate/sales/${sale.concertId}`);
    await page.getByRole('button', { name: 'Rehearse moving it' }).click();
    await page.getByText('Paid reservations that stay valid for the new time: 1, for 2 seats.').waitFor();
    await page.getByLabel('New start of the show').fill('2099-03-01T19:00');
    await page.getByLabel('Seats can be given back until').fill('2099-02-01T19:00');
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Move the show…' }).click();
    await page.getByRole('button', { name: 'Move the show and tell the fans' }).click();
    await page.getByText(/^Moved to .*1 March 2099, 19:00/).waitFor();
    await theirs.page.getByText(/^This show was moved to .*2099/).waitFor();
    expect(await theirs.complaints()).toEqual([]);
    // So are those who only look, without loading anything again.
    await choosing.page.getByText(/· .*2099/).waitFor();
    expect(await choosing.complaints()).toEqual([]);
    await looking.page.getByRole('article', { name: /2099/ }).waitFor();
    await looking.page.getByText(/^Moved/).waitFor();
    const input = { id: sale.concertId, version: 1, salesOpenAt: '2098-03-01T10:00:00.000Z' };
    await system.operator.ask(changeConcert, { input });
    await looking.page.getByText(/2098/).waitFor();
    expect(await looking.complaints()).toEqual([]);
    expect((await mailTo(system, me.email, /^A new date/)).text).toContain('2099');

    await theirs.page.getByRole('button', { name: 'Cancel and get the points back' }).click();
    await theirs.page
      .getByRole('alertdialog')
      .getByRole('button', { name: 'Cancel and get the points back' })
      .click();
    await theirs.page.getByText(/came back to your wallet/).waitFor();
    expect(await fan.balance()).toBe(10_000);
    await page.locator('.facts .row', { hasText: /^Given back1 · / }).waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('rehearses the end of a show, cancels it, and the fans who bought and who look see it', async () => {
    const sale = await concertOnSale(system);
    const { fan, pass } = await admittedFan(system, sale);
    const wish = { bestAvailable: { count: 2 } };
    const { reservationId } = (await fan.hold(sale.scheduleId, pass, wish)) as SeatHoldAnswer;
    await fan.pay(reservationId);
    await fan.reservationUntil(reservationId, 'CONFIRMED');
    const passerBy = await open(`/concerts/${sale.concertId}`);
    await passerBy.page.getByRole('button', { name: /^Get tickets/ }).waitFor();

    const { page, complaints } = await openConsole(`/operate/sales/${sale.concertId}`);
    const attendees = await downloaded(page, 'Attendees (CSV)');
    expect(attendees.map(([seat]) => seat)).toEqual(['seat', 'A-1-1', 'A-1-2']);
    expect(attendees[1]).toContain(reservationId);
    await page.getByText('2 sold for ₩200, 0 held, of 50').waitFor();
    await page.getByText('Purchases per second').waitFor();
    await page.getByRole('img', { name: /^Revenue per minute: .*, 200 at most$/ }).waitFor();
    await page.getByRole('button', { name: 'Rehearse cancelling it' }).click();
    await page.getByText('Paid reservations that will be cancelled: 1, for 2 seats.').waitFor();
    await page.getByText('The waiting room closes').waitFor();
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Cancel the show…' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Cancel the show and refund everybody' }).click();
    await page.getByText('Done: no reservation is left').waitFor();
    expect(await complaints()).toEqual([]);
    expect(await fan.balance()).toBe(10_000);
    expect(await fan.reservationUntil(reservationId, 'CANCELLED')).toMatchObject({
      payment: { status: 'REFUNDED' },
    });
    const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
    const mail = await mailTo(system, me.email, /^Cancelled and refunded/);
    expect(mail.text).toContain('The show was cancelled and does not take place.');

    await passerBy.page.getByText('This show does not take place.').waitFor();
    expect(await passerBy.complaints()).toEqual([]);
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByText('Cancelled a show').first().waitFor();
    await page.getByText('Exported who comes to a show').first().waitFor();

    await page.getByRole('link', { name: 'Purchases' }).click();
    const refunds = await downloaded(page, 'Refunds (CSV)');
    const its = refunds.filter((row) => row.includes(reservationId));
    expect(its).toHaveLength(1);
    const [[paymentId = '', , userId = ''] = []] = its;
    const ledger = await downloaded(page, 'Ledger (CSV)');
    expect(new Set(ledger.map(({ length }) => length)).size).toBe(1);
    // The points went and came back.
    const lines = ledger.filter((row) => row.includes(paymentId) && row.includes(userId));
    expect(lines.map((row) => row[ledger[0]?.indexOf('amount') ?? -1])).toEqual(['-200', '200']);
    expect(await complaints()).toEqual([]);

    // Whoever asks about the show later is found by their seat, though it was cancelled and its time is over.
    await root.query(
      `UPDATE ${databaseOf('concerts')}.schedules SET starts_at = NOW(3) - INTERVAL 2 DAY WHERE id = ?`,
      [sale.scheduleId],
    );
    const { concert } = await system.operator.ask<{ concert: { title: string } }>(
      'query ($id: ID!) { concert(id: $id) { title } }',
      { id: sale.concertId },
    );
    await page.getByText('Seat', { exact: true }).click();
    await page.getByLabel('Concert or artist').fill(concert.title.slice(-8));
    const dates = page.getByLabel('Date');
    await dates
      .locator('option')
      .nth(1)
      .filter({ hasText: /cancelled$/ })
      .waitFor({ state: 'attached' });
    await dates.selectOption(sale.scheduleId);
    await page.getByLabel('Seat, e.g. A-12-7').fill('A-1-2');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.locator(`a[href$="${reservationId}"]`).waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('changes a hidden concert beside somebody else who does, and publishes it to everybody', async () => {
    const title = `숨은 공연 ${Date.now()}`;
    const { concert } = await system.operator.ask<{ concert: { id: string } }>(
      'mutation ($input: CreateConcertInput!) { concert: createConcert(input: $input) { ... on Concert { id } } }',
      { input: { ...words, title, publishAt: inDays(1), salesOpenAt: inDays(2) } },
    );
    const { id } = concert;
    const passerBy = await open(`/concerts/${id}`);
    await passerBy.page.getByText('This concert does not exist any more.').waitFor();

    const { page, complaints } = await openConsole(`/operate/sales/${id}`);
    await page.getByText(/^hidden until/).waitFor();
    await page.getByRole('link', { name: 'Change the concert' }).click();
    await page.getByLabel('Artist').fill('Aria Kim');
    await page.getByText('Who plays: “Aria Kim” instead of “The Stories”.').waitFor();
    expect(await complaints()).toEqual([]);
    const theirs = { id, version: 1, description: 'Theirs' };
    await system.operator.ask(changeConcert, { input: theirs });
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Somebody else has changed this concert in the meantime.').waitFor();
    await page.getByRole('button', { name: 'Look at it as it is now' }).click();
    await page.getByText('Theirs').waitFor();
    await page.getByText('Publish it now').click();
    await page.getByText('Everybody can see it at once. You cannot hide it again.').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Done. It is in the log.').waitFor();
    await page.getByText('Everybody can see this concert.').waitFor();
    expect(await complaints()).toEqual([]);

    await passerBy.page.reload();
    await passerBy.page.getByRole('heading', { name: title }).waitFor();
    await passerBy.page.getByText('Aria Kim').first().waitFor();
    await passerBy.page.getByText('Theirs').waitFor();
    expect(await passerBy.complaints()).toEqual([]);
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByText('Changed a concert').first().waitFor();
  }, 120_000);

  it('keeps seats back, which fans cannot have, and gives some of them free', async () => {
    const { scheduleId } = await concertOnSale(system);
    const counted = async () =>
      (await system.operator.ask<Counted>(availability, { id: scheduleId })).schedule.availability;
    const { page, complaints } = await openConsole(`/operate/dates/${scheduleId}`);
    await page.getByLabel('Row').selectOption('2');
    await page.getByLabel('From number').fill('3');
    await page.getByRole('button', { name: 'Choose these' }).click();
    await page.getByText('A, row 2: 3–10').waitFor();
    await page.getByText('8 seats are not sold until you give them free.').waitFor();
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Keep them back' }).click();
    await page.getByText('Done. It is in the log.').waitFor();
    expect(await counted()).toEqual({ available: 42, keptBack: 8 });
    // They are no longer chosen, as they cannot be kept back twice.
    await page.getByText('A, row 2: 3–10').waitFor({ state: 'detached' });

    await page.getByText('Give free', { exact: true }).click();
    await page.getByText('Tap seats that are kept back').waitFor();
    await page.getByLabel('Row').selectOption('2');
    await page.getByLabel('To number').fill('4');
    await page.getByRole('button', { name: 'Choose these' }).click();
    await page.getByText('2 seats are sold from now on.').waitFor();
    await page.getByRole('button', { name: 'Give them free' }).click();
    await page.getByText('Done. It is in the log.').waitFor();
    expect(await counted()).toEqual({ available: 44, keptBack: 6 });
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('makes somebody staff, having said who that is, and ends it', async () => {
    await endStaffOfOtherStories();
    const fan = await Fan.register(system.url, 'Mina Door');
    const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
    const { page, complaints } = await openConsole('/operate/staff');
    await page.getByLabel('E-mail of an account').fill(me.email);
    await page.getByRole('button', { name: 'Look who that is' }).click();
    await page.getByText('Mina Door can admit people at every door').waitFor();
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Make Mina Door staff' }).click();
    await page.getByText('Nobody has confirmed this e-mail address yet.').waitFor();
    await confirmEmailOf(system, fan);
    await page.getByRole('button', { name: 'Make Mina Door staff' }).click();
    await page.getByRole('button', { name: 'End Mina Door' }).waitFor();
    const role = async () =>
      (
        await (
          await Fan.logIn(system.url, me.email, password)
        ).ask<{ me: { role: string } }>('{ me { role } }')
      ).me.role;
    expect(await role()).toBe('STAFF');

    await page.getByRole('button', { name: 'End Mina Door' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByText('Nobody is staff.').waitFor();
    expect(await role()).toBe('FAN');
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByText('Made staff a fan again').first().waitFor();
  }, 120_000);

  it('shows fans only that it is for operators', async () => {
    const fan = await Fan.register(system.url);
    const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
    const { page, complaints } = await openConsole('/operate/purchases', { email: me.email, password });
    await page.getByRole('heading', { name: 'This page is for operators' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Purchases' }).count()).toBe(0);
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Log in with another account' }).click();
    await page.getByRole('heading', { name: 'Operate the sale' }).waitFor();
  }, 60_000);

  it('has an explorer in development, whose subscriptions have the token of whoever is logged in', async () => {
    const sale = await concertOnSale(system);
    const { fan, pass } = await admittedFan(system, sale);
    const wish = { bestAvailable: { count: 1 } };
    const { reservationId } = (await fan.hold(sale.scheduleId, pass, wish)) as SeatHoldAnswer;
    await fan.reservationUntil(reservationId, 'PENDING');
    const development = await developmentServer(system.url);
    try {
      const opened = await openPage(browser, development.url);
      pages.push(opened);
      const { page } = opened;
      // Of a reservation that is somebody else's only operators are told.
      const query = `subscription { reservationChanged(id: "${reservationId}") { status } }`;
      await page.goto(`/operate/explorer?query=${encodeURIComponent(query)}`, { timeout: 60_000 });
      await page.getByLabel('E-mail').fill(system.stack.operator.email, { timeout: 60_000 });
      await page.getByLabel('Password').fill(system.stack.operator.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      // Its button does nothing until both editors are there.
      const response = page.locator('.graphiql-response');
      await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 90_000 });
      await response.locator('.view-line').first().waitFor({ timeout: 90_000 });
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await response.getByText('PENDING').waitFor();
      await fan.pay(reservationId);
      await response.getByText('CONFIRMED').waitFor();
    } finally {
      await development.stop();
    }
  }, 240_000);
});

async function endStaffOfOtherStories(): Promise<void> {
  const { staff } = await system.operator.ask<{ staff: { id: string }[] }>('{ staff { id } }');
  const end = 'mutation ($id: ID!) { endStaff(id: $id) { __typename } }';
  for (const { id } of staff) await system.operator.ask(end, { id });
}
