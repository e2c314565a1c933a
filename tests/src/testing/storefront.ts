import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser, openPage } from './browser.ts';
import type { WatchedPage } from './browser.ts';
import { sharedSystem } from './system.ts';
import type { Sale, System } from './system.ts';

export const password = 'a-long-enough-password';

/** What stories about the storefront share: the system of all stories, and a browser for those of one file. */
export interface Storefront {
  readonly system: System;
  /** Opens a page in a profile of its own, which is closed after the story. */
  open(path: string, options?: BrowserContextOptions): Promise<WatchedPage>;
}

/** Call this inside `describe`. It starts before the first story, and cleans up after each. */
export function storefront(): Storefront {
  let [system, browser]: [System?, Browser?] = [];
  const pages: WatchedPage[] = [];
  beforeAll(async () => {
    [system, browser] = await Promise.all([sharedSystem(), openBrowser()]);
    const { ok } = await fetch(new URL('/', system.url), { headers: { accept: 'text/html' } });
    if (!ok) throw new Error('there is no storefront: `node stack/storefront.mjs` builds it');
  }, 60_000);
  afterEach(async () => {
    for (const each of pages.splice(0)) await each.close();
  });
  afterAll(async () => {
    await browser?.close();
  }, 30_000);
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('no story has begun');
    return part;
  };
  return {
    get system() {
      return started(system);
    },
    async open(path, options) {
      const opened = await openPage(started(browser), new URL('/', started(system).url).href, options);
      pages.push(opened);
      await opened.page.goto(path);
      return opened;
    },
  };
}

/**
 * Signs up where the page asks to log in, which then returns to where the fan was.
 * @returns the new account's e-mail address
 */
export async function signUp(
  page: Page,
  words = { link: 'Sign up', name: 'Name', email: 'E-mail', password: 'Password' },
): Promise<string> {
  const email = `${randomUUID()}@example.org`;
  await page.getByRole('link', { name: words.link }).click();
  await page.getByLabel(words.name).fill('Mina Park');
  await page.getByLabel(words.email).fill(email);
  await page.getByLabel(words.password).fill(password);
  await page.getByRole('button', { name: words.link }).click();
  return email;
}

/** Goes from the concert to the seats, through the line, as a new fan. */
export async function toTheSeats(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Get tickets' }).click();
  await signUp(page);
  await page.getByRole('button', { name: 'Join the line' }).click();
  await page.getByRole('heading', { name: 'Choose your seats' }).waitFor();
  await page.getByText('Time to choose').waitFor();
}

/** Chooses seats in the list by the labels on their tickets. */
export async function chooseInList(page: Page, ...labels: string[]): Promise<void> {
  await page.getByText('List', { exact: true }).click();
  for (const label of labels) await page.getByRole('button', { name: label, exact: true }).click();
}

/** Goes from the seats to a hold of the best two, with enough points to pay for them. */
export async function holdBestTwo(page: Page, { charge }: { charge: string }): Promise<void> {
  await page.getByRole('button', { name: 'Take the best 2 seats' }).click();
  await page.getByRole('heading', { name: 'These seats are yours for now' }).waitFor();
  await page.getByRole('button', { name: charge }).click();
}

export const concertPage = ({ concertId }: Sale): string => `/concerts/${concertId}`;

/** The complaints without the browser's own messages about requests that it cannot send. */
export const withoutNetworkErrors = (complaints: readonly string[]): string[] =>
  complaints.filter((complaint) => !complaint.includes('ERR_INTERNET_DISCONNECTED'));
