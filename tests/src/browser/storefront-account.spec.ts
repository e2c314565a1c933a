import type { Page } from 'playwright-core';
import { setTimeout as pause } from 'node:timers/promises';
import { signUp, storefront } from '../testing/storefront.ts';

describe('an account in the storefront', () => {
  const shop = storefront();

  it('is opened by mail when its password is forgotten, and its address is confirmed by mail', async () => {
    const { page, complaints } = await shop.open('/account');
    const email = await signUp(page);
    await page.getByText(`Open the link in the mail to ${email}`).waitFor();
    expect(await complaints()).toEqual([]);
    await page.goto(await mailedLink(email, 'confirm-email'));
    await page.getByText('Your e-mail address is confirmed').waitFor();
    expect(await complaints()).toEqual([]);
    await page.goto('/account');
    await page.getByRole('heading', { name: 'Mina Park' }).waitFor();
    expect(await page.getByText('Open the link in the mail').count()).toBe(0);

    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Mail me the link' }).click();
    await page.getByText(`If there is an account for ${email}`).waitFor();
    expect(await complaints()).toEqual([]);
    const link = await mailedLink(email, 'reset-password');
    await page.goto(link);
    await reset(page, 'another-long-password');
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'Mina Park' }).waitFor();
    expect(page.url()).not.toContain('#');

    // The link works once only.
    await page.goto(link);
    await reset(page, 'a-third-long-password');
    await page.getByText('This link has been used already').waitFor();
    await page.getByRole('link', { name: 'Ask for a new mail' }).waitFor();
    expect(await complaints()).toEqual([]);
  }, 120_000);

  it('changes its password for a fan who knows the present one', async () => {
    const { page, complaints } = await shop.open('/account');
    await signUp(page);
    const change = async (from: string, to: string) => {
      await page.getByLabel('Password now').fill(from);
      await page.getByLabel('New password').fill(to);
      await page.getByRole('button', { name: 'Change password' }).click();
    };
    await change('not-the-password', 'another-long-password');
    await page.getByText('That is not your password').waitFor();
    await change('a-long-enough-password', 'password1');
    await page.getByText('Too many people use this password').waitFor();
    await change('a-long-enough-password', 'another-long-password');
    await page.getByText('Your password is changed').waitFor();
    expect(await complaints()).toEqual([]);
  }, 60_000);

  it('continues when the access token has expired, in two tabs at once', async () => {
    const { page, complaints } = await shop.open('/wallet');
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

  async function reset(page: Page, to: string): Promise<void> {
    await page.getByLabel('New password').fill(to);
    await page.getByRole('button', { name: 'Set password' }).click();
  }

  /**
   * Waits for the mail that has a link to this page.
   * @returns the path, with its token
   */
  async function mailedLink(to: string, name: string): Promise<string> {
    const address = new URL(`/mails.json?to=${encodeURIComponent(to)}`, shop.system.stack.receiversUrl);
    const link = new RegExp(`/${name}#[\\w-]+`);
    for (;;) {
      const mails = (await (await fetch(address)).json()) as { text: string }[];
      const found = mails.map(({ text }) => link.exec(text)?.[0]).find((path) => path !== undefined);
      if (found !== undefined) return found;
      await pause(100);
    }
  }
});
