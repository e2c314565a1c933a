import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from '../testing/browser.ts';

/** What a picture of the console needs to know. */
export interface ConsoleScenes {
  readonly operator: { readonly email: string; readonly password: string };
  readonly concertId: string;
  readonly purchaseId?: string | undefined;
}

/** Takes pictures of the operators' views, one after the other. */
export async function takeConsole(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  { operator, concertId, purchaseId }: ConsoleScenes,
  take: (view: string, page: Page) => Promise<void>,
): Promise<string[]> {
  const { page, complaints, close } = await openPage(browser, new URL('/', url).href, options);
  const found: string[] = [];
  const shoot = async (view: string) => {
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.evaluate('document.fonts.ready.then(() => true)');
    await take(view, page);
    found.push(...(await complaints()).map((complaint) => `${view}: ${complaint}`));
  };
  await page.goto('/operate');
  await page.locator('input[type=email]').fill(operator.email);
  await page.locator('input[type=password]').fill(operator.password);
  await page.locator('button[type=submit]').click();
  await page.locator('.sale-row').first().waitFor();
  await shoot('console-sales');
  await page.goto(`/operate/sales/${concertId}`);
  await page.locator('.uplot').first().waitFor();
  await page.locator('.controls .choice').nth(1).click();
  await page.locator('.consequences').waitFor();
  await shoot('console-sale');
  if (purchaseId !== undefined) {
    await page.goto('/operate/purchases');
    await page.locator('.purchases').waitFor();
    await shoot('console-purchases');
    await page.goto(`/operate/purchases/${purchaseId}`);
    await page.locator('.lanes').waitFor();
    await shoot('console-purchase');
    await page.goto('/operate/trouble');
    await page.locator('.circuits').waitFor();
    await shoot('console-trouble');
  }
  await page.goto('/operate/log');
  await page.locator('.log').waitFor();
  await shoot('console-log');
  await close();
  return found;
}
