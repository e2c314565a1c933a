import { randomUUID } from 'node:crypto';
import { desktop, openPage } from '@frontrow/tests/testing/browser';
import type { System } from '@frontrow/tests/testing/system';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { boxOf, centreOf, framesWhile, mouse, pan, report, zoom } from './frames.ts';
import { inBrowser } from './in-browser.ts';

const movingMs = 3_000;
const [across, deep, side] = [8, 5, 50];
/** From the centre of a section to the next one, and from the stage to the last row; in cm. */
const [apart, deepest] = [3_600, 34_000];

/** 40 sections of 50 rows of 50 seats; each third one is curved. */
const sections = Array.from({ length: across * deep }, (_, index) => ({
  ...{ name: `S${index}`, kind: 'SEATED', rows: side, seatsPerRow: side },
  x: ((index % across) - (across - 1) / 2) * apart,
  y: 600 + Math.floor(index / across) * 6_200,
  ...(index % 3 === 0 && { radius: 8_000 }),
}));

/**
 * How smoothly a hall of 100,000 seats is drawn: how many frames a second the editor has while a section is dragged and while the map is
 * moved and zoomed; and how long single edits take until the page has painted them, also with the processor throttled four times. The
 * browser runs on the same machine as the whole system.
 */
export function measureHallEditor(tries = 20): Promise<void> {
  return inBrowser((system, browser) => measure(system, browser, tries));
}

async function savedHall({ operator }: System): Promise<string> {
  const id = randomUUID();
  const stage = { x: 0, y: 0, width: 6_000, depth: 2_000 };
  const input = { id, version: 0, name: 'A hall of 100,000', stage, sections };
  await operator.ask(
    'mutation ($input: SaveHallInput!) { saveHall(input: $input) { __typename ... on Hall { id } ... on Refusal { message } } }',
    { input },
  );
  return id;
}

async function measure(system: System, browser: Browser, tries: number): Promise<void> {
  const id = await savedHall(system);
  const { page, close } = await openPage(browser, new URL('/', system.url).href, desktop);
  await page.goto(`/operate/halls/${id}`);
  const { email, password } = system.stack.operator;
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('100,000 places').waitFor();
  const cdp = await page.context().newCDPSession(page);
  for (const throttled of [1, 4]) {
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: throttled });
    console.log(`processor throttled ${throttled}×`);
    await frames(page, cdp);
    await edits(page, tries);
  }
  await close();
}

async function frames(page: Page, cdp: CDPSession): Promise<void> {
  await page.getByRole('button', { name: 'Whole hall' }).click();
  const centre = await centreOf(page, '.map canvas');
  const { x, y, width, height } = await boxOf(page, '.map canvas');
  // In the middle is an aisle between two sections, half of a section's distance from the centre of either.
  const grip = { x: centre.x + (height / deepest) * (apart / 2), y: centre.y };
  const moving = { x: grip.x - 120, y: grip.y };
  await mouse(cdp, 'mousePressed', grip.x, grip.y);
  console.log(`  dragging a section: ${await framesWhile(page, (step) => pan(cdp, moving, step), movingMs)}`);
  await mouse(cdp, 'mouseReleased', grip.x, grip.y);
  await page.getByRole('button', { name: 'Undo' }).click();
  console.log(`  zooming: ${await framesWhile(page, (step) => zoom(cdp, centre, step), movingMs)}`);
  await page.getByRole('button', { name: 'Whole hall' }).click();
  // Beside all sections there is nothing to take hold of, so the map moves.
  const corner = { x: x + width - 6, y: y + height - 6 };
  await mouse(cdp, 'mousePressed', corner.x, corner.y);
  const back = (step: number) =>
    mouse(cdp, 'mouseMoved', corner.x - 150 - 120 * Math.sin(step / 12), corner.y);
  console.log(`  moving the map: ${await framesWhile(page, back, movingMs)}`);
  await mouse(cdp, 'mouseReleased', corner.x - 150, corner.y);
}

/** What operators do with the keyboard. */
const keys = {
  'moving by an arrow key': 'ArrowRight',
  'turning by a key': ']',
  'adding a copy': 'd',
  removing: 'Delete',
};

async function edits(page: Page, tries: number): Promise<void> {
  for (const [what, key] of Object.entries(keys)) {
    const times: number[] = [];
    for (let at = 0; at < tries; at++) {
      await page.getByRole('combobox', { name: 'Chosen' }).selectOption(String(at));
      times.push(await painted(page, `new KeyboardEvent('keydown', { key: '${key}', bubbles: true })`));
    }
    report(`  ${what}, ms until it is painted`, times);
  }
  const undone: number[] = [];
  for (let at = 0; at < tries; at++)
    undone.push(
      await painted(page, `new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true })`),
    );
  report('  undoing, ms until it is painted', undone);
}

/** @returns how long the page took from an event on the map until what it does was painted, in ms */
const painted = (page: Page, event: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    requestAnimationFrame(() => {
      const began = performance.now();
      document.querySelector('.map canvas').dispatchEvent(${event});
      // The painter asks for a frame once React has told it; what is asked for here is painted with it or after it.
      setTimeout(() => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - began);
        channel.port2.postMessage(undefined);
      }));
    });
  })`);
