import { AxeBuilder } from '@axe-core/playwright';
import { findChromium } from '@frontrow/stack/servers/programs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export const openBrowser = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    // Containers have little shared memory, and root cannot use the sandbox.
    args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...more],
  });

export const desktop = { viewport: { width: 1280, height: 900 }, locale: 'en-GB' } as const;
/** The narrowest phone that is supported. */
export const phone = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
  locale: 'ko-KR',
} as const;

/** A page in a profile of its own, whose problems are recorded. */
export interface WatchedPage {
  readonly page: Page;
  /** The problems since the last call, one a line: console errors, failed requests, and what axe finds serious. */
  readonly complaints: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

export async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = desktop,
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const noted: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') noted.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => noted.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // Pages that the user leaves abort their requests.
    if (reason !== 'net::ERR_ABORTED') noted.push(`request: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) noted.push(`response: ${response.status()} ${response.url()}`);
    if (new URL(response.url()).origin !== new URL(baseURL).origin && !response.url().startsWith('blob:'))
      noted.push(`elsewhere: ${response.url()}`);
  });
  return {
    page,
    complaints: async () => [...noted.splice(0), ...(await seriousFindings(page))],
    close: () => context.close(),
  };
}

async function seriousFindings(page: Page): Promise<string[]> {
  // No page has frames of somebody else, for which axe would go to a page of its own to put its findings together.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `axe ${id}: ${html} ${failureSummary ?? ''}`),
    );
}
