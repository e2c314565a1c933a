import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { rootFolder } from '@frontrow/stack/home';
import { openBrowser } from '@frontrow/tests/testing/browser';
import { startSystem } from '@frontrow/tests/testing/system';
import type { System } from '@frontrow/tests/testing/system';
import type { Browser } from 'playwright-core';

/** Builds the web client, and measures it in a browser that runs on the same machine as the whole system. */
export async function inBrowser(measure: (system: System, browser: Browser) => Promise<void>): Promise<void> {
  await promisify(execFile)('node', ['stack/storefront.mjs'], { cwd: rootFolder });
  const [system, browser] = await Promise.all([
    startSystem({ environment: { NODE_ENV: 'production' } }),
    openBrowser(),
  ]);
  try {
    await measure(system, browser);
  } finally {
    await browser.close();
    await system.stop();
  }
}
