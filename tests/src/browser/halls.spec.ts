import type { Page } from 'playwright-core';
import { signUp, storefront } from '../testing/storefront.ts';
import { concertOnSale, configureRoom } from '../testing/system.ts';

const inAMonth = () => new Date(Date.now() + 40 * 24 * 60 * 60 * 1_000).toISOString().slice(0, 16);

describe('a hall', () => {
  const shop = storefront();

  async function openConsole(path: string) {
    const opened = await shop.open(path);
    const { email, password } = shop.system.stack.operator;
    await opened.page.getByLabel('E-mail').fill(email);
    await opened.page.getByLabel('Password').fill(password);
    await opened.page.getByRole('button', { name: 'Log in' }).click();
    return opened;
  }
  const fill = async (page: Page, label: string, value: string | number) => {
    const field = page.getByLabel(label, { exact: true });
    await field.fill(String(value));
    await field.blur();
  };

  it('is drawn with a curve, a standing area and wheelchair places, put on sale, and bought from', async () => {
    const name = `Hall ${Date.now()}`;
    const other = await concertOnSale(shop.system);
    const { page, complaints } = await openConsole('/operate/halls');
    await page.getByRole('link', { name: 'Draw a hall' }).click();
    await fill(page, 'Name of the hall', name);
    await page.getByRole('button', { name: 'Seats', exact: true }).click();
    await fill(page, 'Rows', 4);
    await fill(page, 'Seats in a row', 12);
    await page.getByText('Curved rows').click();
    await fill(page, 'Aisles after the numbers', '6');
    await page.getByRole('button', { name: 'Wheelchair place here' }).click();
    await page.getByText('Row 1: place 1, companion 2').waitFor();
    await page.getByRole('button', { name: 'Standing area', exact: true }).click();
    await fill(page, 'How many it takes', 100);
    await page.getByText('148 places').waitFor();

    // A change that is made with the keyboard can be undone.
    const map = page.getByRole('application');
    await map.focus();
    const before = await page.getByLabel('To the right, cm').inputValue();
    await map.press('Shift+ArrowRight');
    await expect(page.getByLabel('To the right, cm').inputValue()).resolves.toBe('100');
    await map.press('Control+z');
    await expect(page.getByLabel('To the right, cm').inputValue()).resolves.toBe(before);
    expect(await complaints()).toEqual([]);

    await page.getByRole('button', { name: 'Save the hall' }).click();
    await page.getByText('148 places · saved').waitFor();
    await page.getByRole('link', { name: 'Halls' }).first().click();
    await page.getByRole('link', { name }).waitFor();

    // The copy of a concert, which has no date yet.
    await page.goto(`/operate/concerts/new?copy=${other.concertId}`);
    await page.getByLabel('Sales open at').fill('2026-01-01T00:00');
    await page.getByRole('button', { name: 'Make the concert' }).click();
    await page.waitForURL(/\/operate\/sales\//);
    const concertId = page.url().split('/').at(-1) ?? '';
    await configureRoom(shop.system.operator, concertId, { maxActive: 100 });
    await page.getByLabel('Starts at').fill(inAMonth());
    await page.getByRole('combobox', { name: 'Hall' }).selectOption({ label: name });
    await fill(page, 'Price in A', 90_000);
    await fill(page, 'Price in B', 40_000);
    await page.getByRole('button', { name: 'Put on sale' }).click();
    await page.getByText('It is on sale.').waitFor();
    expect(await complaints()).toEqual([]);

    const fan = await shop.open(`/concerts/${concertId}`);
    await fan.page.getByRole('button', { name: 'Get tickets' }).click();
    await signUp(fan.page);
    await fan.page.getByRole('button', { name: 'Join the line' }).click();
    await fan.page.getByText('Time to choose').waitFor();
    await fan.page.getByRole('heading', { name: 'Standing' }).waitFor();
    await fan.page.getByText('List', { exact: true }).click();
    const place = 'Section A, row 1, seat 1, wheelchair place';
    await fan.page.getByRole('button', { name: place, exact: true }).click();
    // Both seats are chosen, and both are held.
    await fan.page
      .getByRole('button', { name: 'Remove Section A, row 1, seat 2, companion’s seat' })
      .waitFor();
    expect(await fan.complaints()).toEqual([]);
    await fan.page.getByRole('button', { name: 'Hold these seats' }).click();
    await fan.page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    await fan.page.getByText('A-1-2').first().waitFor();

    await fan.page.goBack();
    await fan.page.getByRole('button', { name: 'Take 2 places' }).click();
    await fan.page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
    await fan.page
      .getByText(/^B-\d+$/)
      .first()
      .waitFor();
    await fan.page.getByRole('button', { name: 'Charge 80,000 P' }).click();
    await fan.page.getByRole('button', { name: 'Pay ₩80,000' }).click();
    await fan.page.getByRole('heading', { name: 'Confirmed. See you there!' }).waitFor();
    expect(await fan.complaints()).toEqual([]);

    // Each of these actions is in the log.
    interface Log {
      readonly operatorActions: { edges: { node: { action: string } }[] };
    }
    const wanted = ['saveHall', 'createConcert', 'addScheduleInHall'];
    await shop.system.operator.until<Log>(
      '{ operatorActions(first: 50) { edges { node { action } } } }',
      {},
      ({ operatorActions: { edges } }) =>
        wanted.every((action) => edges.some(({ node }) => node.action === action)),
    );
  }, 180_000);
});
