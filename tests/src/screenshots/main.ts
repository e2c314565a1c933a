// `npm run screenshots`: takes pictures of each main view, on a desktop in English with the light theme and on a phone in Korean
// with the dark one, and puts them into docs/screenshots. They show a system that is started for them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fan } from '@frontrow/stack/fan';
import { seed } from '@frontrow/stack/seed';
import type { Browser, Page } from 'playwright-core';
import { desktop, openBrowser, openPage, phone } from '../testing/browser.ts';
import { startSystem } from '../testing/system.ts';
import { takeConsole } from './console.ts';
import { crowdedHall, endedPurchase, largeHall, longLine } from './scenes.ts';
import type { Scenes } from './scenes.ts';

const password = 'a-long-enough-password';
const folder = join(import.meta.dirname, '../../../docs/screenshots');

const devices = {
  desktop: {
    options: { ...desktop, colorScheme: 'light' },
    words: { signUp: 'Sign up', join: 'Join the line', best: /^Take the best/ },
  },
  phone: {
    options: { ...phone, colorScheme: 'dark' },
    words: { signUp: '회원가입', join: '줄 서기', best: /^가장 좋은/ },
  },
} as const;
type Device = (typeof devices)[keyof typeof devices];

mkdirSync(folder, { recursive: true });
const [system, browser] = await Promise.all([startSystem(), openBrowser()]);
try {
  await seed(system.url, system.stack.operator);
  const scenes = {
    hall: await crowdedHall(system),
    line: await longLine(system),
    large: await largeHall(system),
  };
  for (const [name, device] of Object.entries(devices)) {
    await takeAll(browser, system.url, name, device, scenes);
    const { operator } = system.stack;
    const purchaseId = await endedPurchase(system, scenes.hall);
    const known = { operator, concertId: scenes.hall.concertId, purchaseId };
    await takeConsole(browser, system.url, device.options, known, async (view, page) => {
      await page.screenshot({ path: join(folder, `${name}-${view}.png`) });
    });
  }
} finally {
  await browser.close();
  await system.stop();
}

async function takeAll(
  browser: Browser,
  url: string,
  name: string,
  { options, words }: Device,
  { hall, line, large }: Scenes,
): Promise<void> {
  const { page, complaints, close } = await openPage(browser, new URL('/', url).href, options);
  const take = async (view: string) => {
    await page.waitForLoadState('networkidle');
    await page.evaluate('document.fonts.ready.then(() => true)');
    await page.screenshot({ path: join(folder, `${name}-${view}.png`) });
    for (const complaint of await complaints()) console.warn(`${name} ${view}: ${complaint}`);
    console.log(`${name}-${view}.png`);
  };
  const email = await signUp(page, words.signUp, `mina.${name}@example.org`);
  await (await Fan.logIn(url, email, password)).charge(1_000_000);

  await page.goto('/');
  await page.getByRole('listitem').first().waitFor();
  await take('concerts');
  await page.goto(`/concerts/${hall.concertId}`);
  await page.getByRole('article').first().waitFor();
  await take('concert');
  await page.goto(`/concerts/${line.concertId}/line`);
  await page.getByRole('button', { name: words.join }).click();
  await page.getByRole('progressbar').waitFor();
  await take('line');
  await page.goto(`/concerts/${hall.concertId}/line?date=${hall.scheduleId}`);
  await page.getByRole('button', { name: words.join }).click();
  const best = page.getByRole('button', { name: words.best });
  await best.waitFor();
  await take('seats');
  await best.click();
  const pay = page.locator('#pay');
  await pay.waitFor();
  await take('hold');
  await page.locator('section:has(#pay) .button.primary:not([data-disabled])').click();
  await page.locator('.notice.good').waitFor();
  await take('confirmed');
  await page.locator('.qr').first().waitFor();
  await page.evaluate(`document.querySelector('.door-ticket').scrollIntoView({ block: 'center' })`);
  await take('door');
  await page.goto('/tickets');
  await page.locator('a.ticket').first().waitFor();
  await take('tickets');
  await page.goto('/wallet');
  await page.locator('.ledger').waitFor();
  await take('wallet');
  await page.goto('/account');
  await page.locator('#password').waitFor();
  await take('account');
  await page.goto(`/dates/${large.scheduleId}`);
  await page.locator('.map canvas').waitFor();
  await page.waitForFunction(`performance.getEntriesByName('frontrow.hall-shown').length > 0`);
  await take('large-hall');
  await page.goto('/forgot-password');
  await page.locator('input[type=email]').fill(email);
  await page.locator('button[type=submit]').click();
  await page.locator('.notice.good').waitFor();
  await take('forgot-password');
  await close();
}

/** @returns the e-mail address of the new account */
async function signUp(page: Page, button: string, email: string): Promise<string> {
  await page.goto('/sign-up');
  await page.locator('input[autocomplete=name]').fill('Mina Park');
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: button }).click();
  await page.locator('a[href="/account"]').waitFor();
  return email;
}
