import { setTimeout as pause } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** One step of a movement around a point of the page. */
export type Move = (cdp: CDPSession, centre: Point, step: number) => Promise<unknown>;

export const mouse = (
  cdp: CDPSession,
  type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
  x: number,
  y: number,
): Promise<unknown> =>
  cdp.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });

/** Draws circles with the button held. */
export const pan: Move = (cdp, { x, y }, step) =>
  mouse(cdp, 'mouseMoved', x + 120 * Math.cos(step / 12), y + 120 * Math.sin(step / 12));

/** Comes closer until there are numbers, and goes away again. */
export const zoom: Move = (cdp, { x, y }, step) =>
  cdp.send('Input.dispatchMouseEvent', {
    ...{ type: 'mouseWheel', x, y, deltaX: 0 },
    deltaY: Math.floor(step / 60) % 2 === 0 ? -40 : 40,
  });

/**
 * Moves for so long, and says how many frames a second there were meanwhile.
 * @param forMs how long
 */
export async function framesWhile(
  page: Page,
  move: (step: number) => Promise<unknown>,
  forMs: number,
): Promise<string> {
  await page.evaluate(`(() => {
    globalThis.frames = [];
    const note = (at) => { globalThis.frames.push(at); globalThis.counting = requestAnimationFrame(note); };
    globalThis.counting = requestAnimationFrame(note);
  })()`);
  const until = performance.now() + forMs;
  for (let step = 0; performance.now() < until; step++) {
    await move(step);
    await pause(8);
  }
  const frames = await page.evaluate<number[]>(
    `(cancelAnimationFrame(globalThis.counting), globalThis.frames)`,
  );
  const gaps = frames.slice(1).map((at, index) => at - (frames[index] as number));
  const seconds = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1_000;
  const worst = gaps.toSorted((a, b) => a - b).at(Math.floor(gaps.length * 0.99)) ?? 0;
  return `${((frames.length - 1) / seconds).toFixed(0)} frames a second, 99 of 100 within ${worst.toFixed(0)} ms`;
}

export async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`there is no ${selector}`);
  return box;
}

export async function centreOf(page: Page, selector: string): Promise<Point> {
  const { x, y, width, height } = await boxOf(page, selector);
  return { x: x + width / 2, y: y + height / 2 };
}

/** Prints the median and the worst of some figures. */
export function report(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
  console.log(`${name}: median ${at(0.5)}, worst ${at(1)} of ${values.length}`);
}
