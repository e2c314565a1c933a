import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { largeHall } from '@frontrow/tests/screenshots/scenes';
import { desktop, openPage, phone } from '@frontrow/tests/testing/browser';
import type { System } from '@frontrow/tests/testing/system';
import { inBrowser } from './in-browser.ts';

const movingMs = 3_000;
const devices = { desktop, phone };

/**
 * How long a fan waits for the first page and for the picture of a hall of 100,000 seats, how much script the pages load, and how
 * many frames a second the map has while it is moved and zoomed, also with the processor throttled to a quarter of its speed. The
 * browser runs on the same machine as the whole system.
 */
export function measurePages(tries = 5): Promise<void> {
  return inBrowser((system, browser) => measure(system, browser, tries));
}

async function measure(system: System, browser: Browser, tries: number): Promise<void> {
  const repeat = async <T>(work: () => Promise<T>): Promise<T[]> => {
    const all: T[] = [];
    for (let at = 0; at < tries; at++) all.push(await work());
    return all;
  };
  const origin = new URL('/', system.url).href;
  const { concertId, scheduleId } = await largeHall(system);
  // The very first load is not measured.
  await firstLoad(browser, origin, '/', '.concert-card');
  await hallByAddress(browser, origin, scheduleId);

  const loads = await repeat(() => firstLoad(browser, origin, '/', '.concert-card'));
  report(
    'first load of /, ms until concerts are shown',
    loads.map(({ ms }) => ms),
  );
  console.log(
    `  compressed script: ${(Math.max(...loads.map(({ script }) => script)) / 1_000).toFixed(0)} kB`,
  );
  const halls = await repeat(() => hallByAddress(browser, origin, scheduleId));
  report(
    'a hall of 100,000 seats by its address, ms until it is drawn',
    halls.map(({ ms }) => ms),
  );
  console.log(
    `  compressed script: ${(Math.max(...halls.map(({ script }) => script)) / 1_000).toFixed(0)} kB`,
  );
  report(
    'the same from the page of its concert, ms from the click',
    await repeat(() => hallByClick(browser, origin, concertId, scheduleId)),
  );
  for (const [name, device] of Object.entries(devices))
    for (const throttled of [1, 4]) {
      const { page, close } = await openPage(browser, origin, device);
      await page.goto(`/dates/${scheduleId}`);
      await hallShown(page);
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: throttled });
      for (const [what, move] of Object.entries({ panning: pan, zooming: zoom }))
        console.log(
          `${name}, processor throttled ${throttled}×, ${what}: ${await framesDuring(page, cdp, move)}`,
        );
      await close();
    }
}

interface Load {
  readonly ms: number;
  /** The size of the script, in bytes, compressed. */
  readonly script: number;
}

/** Loads the page in a profile that has not seen the site before. */
async function firstLoad(from: Browser, origin: string, path: string, shown: string): Promise<Load> {
  const { page, close } = await openPage(from, origin, desktop);
  const script = await countScript(page);
  await page.goto(path, { waitUntil: 'commit' });
  const ms = await page.evaluate<number>(`new Promise((resolve) => {
    const look = () => document.querySelector('${shown}') ? resolve(performance.now()) : requestAnimationFrame(look);
    look();
  })`);
  const load = { ms, script: script() };
  await close();
  return load;
}

async function hallByAddress(from: Browser, origin: string, scheduleId: string): Promise<Load> {
  const { page, close } = await openPage(from, origin, desktop);
  const script = await countScript(page);
  await page.goto(`/dates/${scheduleId}`, { waitUntil: 'commit' });
  const load = { ms: await hallShown(page), script: script() };
  await close();
  return load;
}

async function hallByClick(
  from: Browser,
  origin: string,
  concertId: string,
  scheduleId: string,
): Promise<number> {
  const { page, close } = await openPage(from, origin, desktop);
  await page.goto(`/concerts/${concertId}`, { waitUntil: 'networkidle' });
  const clicked = await page.evaluate<number>(`(() => {
    history.pushState(null, '', '/dates/${scheduleId}');
    return performance.now();
  })()`);
  const ms = (await hallShown(page)) - clicked;
  await close();
  return ms;
}

/** @returns when the hall was drawn, in ms since the page began to load */
const hallShown = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      const [mark] = performance.getEntriesByName('frontrow.hall-shown');
      if (mark) resolve(mark.startTime); else requestAnimationFrame(look);
    };
    look();
  })`);

/** @returns a function that returns how many bytes of script have been loaded so far, compressed */
async function countScript(page: Page): Promise<() => number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const scripts = new Set<string>();
  let bytes = 0;
  cdp.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

type Move = (cdp: CDPSession, centre: { x: number; y: number }, step: number) => Promise<unknown>;

const mouse = (
  cdp: CDPSession,
  type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
  x: number,
  y: number,
) => cdp.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });

/** Moves the map in circles, with the button held. */
const pan: Move = (cdp, { x, y }, step) =>
  mouse(cdp, 'mouseMoved', x + 120 * Math.cos(step / 12), y + 120 * Math.sin(step / 12));

/** Zooms in until there are numbers, and out again. */
const zoom: Move = (cdp, { x, y }, step) =>
  cdp.send('Input.dispatchMouseEvent', {
    ...{ type: 'mouseWheel', x, y, deltaX: 0 },
    deltaY: Math.floor(step / 60) % 2 === 0 ? -40 : 40,
  });

async function framesDuring(page: Page, cdp: CDPSession, move: Move): Promise<string> {
  const box = await page.locator('.map canvas').boundingBox();
  if (box === null) throw new Error('there is no map');
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  if (move === pan) {
    // Begins half way in, because the whole hall cannot be moved.
    for (let step = 0; step < 20; step++) await zoom(cdp, centre, step);
    await pause(500);
    await mouse(cdp, 'mousePressed', centre.x + 120, centre.y);
  }
  await page.evaluate(`(() => {
    globalThis.frames = [];
    const note = (at) => { globalThis.frames.push(at); globalThis.counting = requestAnimationFrame(note); };
    globalThis.counting = requestAnimationFrame(note);
  })()`);
  const until = performance.now() + movingMs;
  for (let step = 0; performance.now() < until; step++) {
    await move(cdp, centre, step);
    await pause(8);
  }
  const frames = await page.evaluate<number[]>(
    `(cancelAnimationFrame(globalThis.counting), globalThis.frames)`,
  );
  if (move === pan) await mouse(cdp, 'mouseReleased', centre.x, centre.y);
  const gaps = frames.slice(1).map((at, index) => at - (frames[index] as number));
  const seconds = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1_000;
  const worst = gaps.toSorted((a, b) => a - b).at(Math.floor(gaps.length * 0.99)) ?? 0;
  return `${((frames.length - 1) / seconds).toFixed(0)} frames a second, 99 of 100 within ${worst.toFixed(0)} ms`;
}

function report(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
  console.log(`${name}: median ${at(0.5)}, worst ${at(1)} of ${values.length}`);
}
