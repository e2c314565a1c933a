import { createConnection } from 'mysql2/promise';
import type { Page, Route } from 'playwright-core';
import {
  chooseInList,
  concertPage,
  holdBestTwo,
  storefront,
  toTheSeats,
  withoutNetworkErrors,
} from '../testing/storefront.ts';
import { concertOnSale } from '../testing/system.ts';

describe('what a fan holds', () => {
  const shop = storefront();

  it('continues after the network was away, and is paid once', async () => {
    const sale = await concertOnSale(shop.system, { price: 20_000 });
    const { page, complaints } = await shop.open(concertPage(sale));
    await toTheSeats(page);
    await holdBestTwo(page, { charge: 'Charge 40,000 P' });
    const pay = page.getByRole('button', { name: 'Pay ₩40,000' });
    await pay.waitFor();
    expect(await complaints()).toEqual([]);

    await page.context().setOffline(true);
    await page.getByText('You are offline').waitFor();
    await pay.click();
    await page.getByText('nothing is done twice').waitFor();
    expect(withoutNetworkErrors(await complaints())).toEqual([]);

    await page.context().setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
    await pay.click();
    await page.getByRole('heading', { name: 'Confirmed. See you there!' }).waitFor();
    await page.goto('/wallet');
    await page.getByText('−40,000 P').waitFor();
    expect(await page.getByText('−40,000 P').count()).toBe(1);
    expect(withoutNetworkErrors(await complaints())).toEqual([]);
  }, 120_000);

  it('can be paid although the wallet was not known at first', async () => {
    const sale = await concertOnSale(shop.system, { price: 20_000 });
    const { page, complaints } = await shop.open(concertPage(sale));
    await toTheSeats(page);
    const answerAgain = await loseAnswers(page, 'Balance');
    await page.getByRole('button', { name: 'Take the best 2 seats' }).click();
    await page.getByText('We could not be reached').waitFor();
    expect(withoutLostAnswers(await complaints())).toEqual([]);
    await answerAgain();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Charge 40,000 P' }).click();
    await page.getByRole('button', { name: 'Pay ₩40,000' }).click();
    await page.getByRole('heading', { name: 'Confirmed. See you there!' }).waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('is theirs although its answer was lost, and nobody says that somebody else was faster', async () => {
    const sale = await concertOnSale(shop.system);
    const { page, complaints } = await shop.open(concertPage(sale));
    await toTheSeats(page);
    await chooseInList(page, 'Section A, row 1, seat 5', 'Section A, row 1, seat 6');
    const answerAgain = await loseAnswers(page, 'Hold');
    await page.getByRole('button', { name: 'Hold these seats' }).click();
    await page.getByText('We could not be reached').waitFor();
    await page.getByRole('button', { name: 'Section A, row 1, seat 5, taken' }).waitFor();
    expect(await page.getByText('Somebody was a moment faster').count()).toBe(0);
    // The fan is shown where the hold is, in case they do not ask again.
    await page.getByText('You are holding seats').waitFor();
    expect(withoutLostAnswers(await complaints())).toEqual([]);
    await answerAgain();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    for (const seat of ['A-1-5', 'A-1-6']) await page.getByText(seat, { exact: true }).waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('is given up when nobody pays in time, which the page shows as it happens', async () => {
    const sale = await concertOnSale(shop.system, { price: 20_000 });
    const { page, complaints } = await shop.open(concertPage(sale));
    await toTheSeats(page);
    await holdBestTwo(page, { charge: 'Charge 40,000 P' });
    await endSoon(page);
    await page.reload();
    await page.getByText('Nobody paid in time, so the seats were given up').waitFor();
    await page.getByRole('link', { name: 'Choose again' }).click();
    await page.getByText('List', { exact: true }).click();
    await page.getByText('Row 1, 10 free').waitFor({ state: 'attached' });
    expect(await complaints()).toEqual([]);
  }, 120_000);

  /** Makes the hold of this page end in three seconds, because five minutes would be long for a story. */
  async function endSoon(page: Page): Promise<void> {
    const [, id] = /\/tickets\/([0-9a-f-]+)/.exec(page.url()) ?? [];
    const database = await createConnection({ uri: shop.system.stack.databaseUrl('reservations') });
    await database.query(
      'UPDATE reservations SET expires_at = UTC_TIMESTAMP(3) + INTERVAL 3 SECOND WHERE id = ?',
      [id],
    );
    await database.end();
  }
});

/**
 * Lets requests for an operation arrive, but loses their answers.
 * @returns a function that ends this
 */
async function loseAnswers(page: Page, operation: string): Promise<() => Promise<void>> {
  const lose = async (route: Route) => {
    const { operationName } = route.request().postDataJSON() as { operationName?: string };
    if (operationName !== operation) return route.continue();
    await route.fetch();
    return route.abort();
  };
  await page.route('**/graphql', lose);
  return () => page.unroute('**/graphql', lose);
}

const withoutLostAnswers = (complaints: readonly string[]): string[] =>
  complaints.filter((complaint) => !complaint.includes('ERR_FAILED'));
