import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, phone } from './testing/browser.ts';
import type { WatchedPage } from './testing/browser.ts';
import { concertOnSale, configureRoom, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

let system: System;
let browser: Browser;
let origin: string;
const pages: WatchedPage[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([sharedSystem(), openBrowser()]);
  origin = new URL('/', system.url).href;
  const { ok } = await fetch(origin, { headers: { accept: 'text/html' } });
  if (!ok) throw new Error('there is no storefront: `node stack/storefront.mjs` builds it');
}, 60_000);
afterEach(async () => {
  for (const each of pages.splice(0)) await each.close();
});
afterAll(async () => {
  await browser.close();
}, 30_000);

async function open(path: string, options?: Parameters<typeof openPage>[2]): Promise<WatchedPage> {
  const opened = await openPage(browser, origin, options);
  pages.push(opened);
  await opened.page.goto(path);
  return opened;
}

/** Signs up where the page asks to log in, which brings a fan back to where they were. */
async function signUp(
  page: Page,
  words = { link: 'Sign up', name: 'Name', email: 'E-mail', password: 'Password' },
) {
  await page.getByRole('link', { name: words.link }).click();
  await page.getByLabel(words.name).fill('Mina Park');
  await page.getByLabel(words.email).fill(`${randomUUID()}@example.org`);
  await page.getByLabel(words.password).fill('a-long-enough-password');
  await page.getByRole('button', { name: words.link }).click();
}

/** From the concert to the seats, through the line, as somebody who is new. */
async function toTheSeats(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Get tickets' }).click();
  await signUp(page);
  await page.getByRole('button', { name: 'Join the line' }).click();
  await page.getByRole('heading', { name: 'Choose your seats' }).waitFor();
  await page.getByText('Time to choose').waitFor();
}

/** Chooses by what stands on the ticket, in the list. */
async function chooseInList(page: Page, ...labels: string[]): Promise<void> {
  await page.getByText('List', { exact: true }).click();
  for (const label of labels) await page.getByRole('button', { name: label, exact: true }).click();
}

const concertPage = ({ concertId }: Sale) => `/concerts/${concertId}`;

describe('the storefront', () => {
  it('sells a fan two seats, from the queue to CONFIRMED', async () => {
    const sale = await concertOnSale(system, { price: 50_000 });
    const { page, complaints } = await open('/');
    await page.getByRole('searchbox').fill('밤의 노래');
    await page
      .getByRole('link', { name: /밤의 노래/ })
      .first()
      .waitFor();
    expect(await complaints()).toEqual([]);

    await page.goto(concertPage(sale));
    await page.getByText('50 of 50 seats left').waitFor();
    expect(await complaints()).toEqual([]);
    await toTheSeats(page);
    await page.getByRole('img', { name: /Map of the hall/ }).waitFor();
    expect(await complaints()).toEqual([]);

    await page.getByRole('button', { name: 'Take the best 2 seats' }).click();
    await page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    await page.getByText('You are 100,000 P short').waitFor();
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: 'Charge 100,000 P' }).click();
    await page.getByRole('button', { name: 'Pay ₩100,000' }).click();
    await page.getByRole('heading', { name: 'Confirmed. See you there!' }).waitFor();
    expect(await complaints()).toEqual([]);

    // The same truth after a reload, and in the list.
    await page.goto('/tickets');
    await page.getByRole('link', { name: /Confirmed.*A-1-\d/ }).waitFor();
    await page.goto('/wallet');
    await page.getByText('−100,000 P').waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('tells who was a moment slower, and has the next best ready', async () => {
    const sale = await concertOnSale(system);
    const [fast, slow] = await Promise.all([open(concertPage(sale)), open(concertPage(sale))]);
    for (const { page } of [fast, slow]) await toTheSeats(page);
    await chooseInList(slow.page, 'Section A, row 1, seat 5', 'Section A, row 1, seat 6');
    await chooseInList(fast.page, 'Section A, row 1, seat 5');
    await fast.page.getByRole('button', { name: 'Hold these seats' }).click();
    await fast.page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    // Live, before the slow one has asked for it.
    await slow.page.getByText('Somebody was a moment faster: Section A, row 1, seat 5').waitFor();
    await slow.page.getByRole('button', { name: 'Section A, row 1, seat 5, taken' }).waitFor();
    expect(await slow.complaints()).toEqual([]);
    await slow.page.getByRole('button', { name: 'Take the next best 2 in A' }).click();
    await slow.page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    expect(await fast.complaints()).toEqual([]);
  }, 120_000);

  it('shows a paused room, and lets the fan join as soon as it opens', async () => {
    const sale = await concertOnSale(system);
    await configureRoom(system.operator, sale.concertId, { status: 'PAUSED' });
    const { page, complaints } = await open(concertPage(sale));
    await page.getByRole('button', { name: 'Get tickets' }).click();
    await signUp(page);
    await page.getByRole('heading', { name: 'The line stands still' }).waitFor();
    expect(await page.getByRole('button', { name: 'Join the line' }).isDisabled()).toBe(true);
    expect(await complaints()).toEqual([]);
    await configureRoom(system.operator, sale.concertId, { status: 'OPEN', challenge: true });
    // Without a reload, and with the work that the room asks for now.
    await page.getByRole('heading', { name: 'Waiting room' }).waitFor();
    await page.getByRole('button', { name: 'Join the line' }).click();
    await page.getByRole('heading', { name: 'Choose your seats' }).waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('does all of it in Korean on a phone in the dark, and shows a refund as one', async () => {
    const sale = await concertOnSale(system, { price: 30_000 });
    const { page, complaints } = await open(concertPage(sale), { ...phone, colorScheme: 'dark' });
    await page.getByRole('button', { name: '예매하기' }).tap();
    await signUp(page, { link: '회원가입', name: '이름', email: '이메일', password: '비밀번호' });
    expect(await complaints()).toEqual([]);
    await page.getByRole('button', { name: '줄 서기' }).tap();
    await page.getByRole('button', { name: '가장 좋은 2석 잡기' }).tap();
    await page.getByRole('button', { name: '60,000 P 충전하기' }).tap();
    await page.getByRole('button', { name: '60,000원 결제하기' }).tap();
    await page.getByRole('heading', { name: /예매가 확정됐어요/ }).waitFor();
    expect(await complaints()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

    await page.getByRole('button', { name: '예매 취소하고 환불받기' }).tap();
    await page.getByRole('alertdialog').getByRole('button', { name: '예매 취소하고 환불받기' }).tap();
    await page.getByText('60,000 P가 지갑으로 돌아왔어요').waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('goes on when the access token expired in the middle, in two tabs at once', async () => {
    const { page, complaints } = await open('/wallet');
    await signUp(page);
    await page.getByText('0 P').first().waitFor();
    await page.evaluate(`localStorage.setItem('frontrow.session', JSON.stringify({
      ...JSON.parse(localStorage.getItem('frontrow.session')),
      accessTokenExpiresAt: '2026-01-01T00:00:00.000Z',
    }))`);
    let refreshed = 0;
    page.context().on('request', (request) => {
      if (request.postData()?.includes('mutation RefreshSession')) refreshed++;
    });
    const other = await page.context().newPage();
    await Promise.all([page.reload(), other.goto('/wallet')]);
    for (const tab of [page, other]) await tab.getByRole('heading', { name: 'Charge points' }).waitFor();
    expect(refreshed).toBe(1);
    expect(await complaints()).toEqual([]);
  }, 60_000);
});
