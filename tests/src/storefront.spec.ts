import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { phone } from './testing/browser.ts';
import {
  chooseInList,
  concertPage,
  signUp,
  storefront,
  toTheSeats,
  withoutNetworkErrors,
} from './testing/storefront.ts';
import { concertOnSale, configureRoom } from './testing/system.ts';

describe('the storefront', () => {
  const shop = storefront();

  it('sells a fan two seats, from the queue to CONFIRMED', async () => {
    const sale = await concertOnSale(shop.system, { price: 50_000 });
    const { page, complaints } = await shop.open('/');
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

    // The page shows the same after a reload, and in the list.
    await page.goto('/wallet');
    await page.getByText('−100,000 P').waitFor();
    await page.goto('/tickets');
    await page.getByRole('link', { name: /Confirmed.*A-1-\d/ }).click();
    const codes = page.getByRole('img', { name: /^QR code for seat A-1-\d/ });
    await codes.first().waitFor();
    expect(await codes.count()).toBe(2);
    expect(await complaints()).toEqual([]);
    expect(await calendarFile(page)).toMatch(/BEGIN:VEVENT.*SUMMARY:밤의 노래.*A-1-\d/s);

    // There may be no network at the door.
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await page.context().setOffline(true);
    await page.goto('/tickets');
    await page.getByText('Your tickets open all the same').waitFor();
    await page.getByRole('link', { name: /Confirmed.*A-1-\d/ }).click();
    await codes.first().waitFor();
    expect(await codes.count()).toBe(2);
    expect(withoutNetworkErrors(await complaints())).toEqual([]);

    await page.context().setOffline(false);
    await page.goto('/account');
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    expect(await page.evaluate(`localStorage.getItem('frontrow.tickets.1')`)).toBeNull();
    expect(withoutNetworkErrors(await complaints())).toEqual([]);
  }, 120_000);

  it('tells a fan who was slower so, and offers the next best seats', async () => {
    const sale = await concertOnSale(shop.system);
    const [fast, slow] = await Promise.all([shop.open(concertPage(sale)), shop.open(concertPage(sale))]);
    for (const { page } of [fast, slow]) await toTheSeats(page);
    await chooseInList(slow.page, 'Section A, row 1, seat 5', 'Section A, row 1, seat 6');
    await chooseInList(fast.page, 'Section A, row 1, seat 5');
    await fast.page.getByRole('button', { name: 'Hold these seats' }).click();
    await fast.page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    // The slower fan sees it live, before asking for the seat.
    await slow.page.getByText('Somebody was a moment faster: Section A, row 1, seat 5').waitFor();
    await slow.page.getByRole('button', { name: 'Section A, row 1, seat 5, taken' }).waitFor();
    expect(await slow.complaints()).toEqual([]);
    await slow.page.getByRole('button', { name: 'Take the next best 2 in A' }).click();
    await slow.page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    expect(await fast.complaints()).toEqual([]);
  }, 120_000);

  it('shows a paused room, and lets the fan join as soon as it opens', async () => {
    const sale = await concertOnSale(shop.system);
    await configureRoom(shop.system.operator, sale.concertId, { status: 'PAUSED' });
    const { page, complaints } = await shop.open(concertPage(sale));
    await page.getByRole('button', { name: 'Get tickets' }).click();
    await signUp(page);
    await page.getByRole('heading', { name: 'The line stands still' }).waitFor();
    expect(await page.getByRole('button', { name: 'Join the line' }).isDisabled()).toBe(true);
    expect(await complaints()).toEqual([]);
    await configureRoom(shop.system.operator, sale.concertId, { status: 'OPEN', challenge: true });
    // It opens without a reload, and with the proof of work that the room now asks for.
    await page.getByRole('heading', { name: 'Waiting room' }).waitFor();
    const joined = await loseFirstSolution(page);
    await page.getByRole('button', { name: 'Join the line' }).click();
    // A proof that came too late is made once more, without another press of the button.
    await page.getByRole('heading', { name: 'Choose your seats' }).waitFor();
    expect(joined()).toBe(2);
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('does all of it in Korean on a phone in the dark, and shows a refund as one', async () => {
    const sale = await concertOnSale(shop.system, { price: 30_000 });
    const { page, complaints } = await shop.open(concertPage(sale), { ...phone, colorScheme: 'dark' });
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
});

/**
 * Lets the first attempt to join arrive without its proof of work.
 * @returns how often the page has asked to join
 */
async function loseFirstSolution(page: Page): Promise<() => number> {
  let joined = 0;
  await page.route('**/graphql', async (route) => {
    const asked = route.request().postDataJSON() as { operationName?: string; variables: object };
    if (asked.operationName !== 'Join' || ++joined > 1) return route.continue();
    const variables = { ...asked.variables, challengeSolution: null };
    return route.continue({ postData: JSON.stringify({ ...asked, variables }) });
  });
  return () => joined;
}

/** Presses the button for the file, and reads it as a calendar would. */
async function calendarFile(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Add to calendar' }).click(),
  ]);
  const file = await readFile(await download.path(), 'utf8');
  return file.replaceAll('\r\n ', '');
}
