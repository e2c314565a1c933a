import { jest } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { createLogger } from './log.ts';
import { repeat } from './repeat.ts';
import type { Repeating } from './repeat.ts';

const log = createLogger('test', 'silent');
const forEver = 3_600_000;
const turns = async () => {
  for (let i = 0; i < 20; i++) await turn();
};

/** Work whose every run ends when the test says so. */
function controlledWork() {
  const ends: ((outcome: 'more' | 'done' | Error) => void)[] = [];
  const work = jest.fn(
    () =>
      new Promise<'more' | 'done'>((resolve, reject) => {
        ends.push((outcome) => {
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        });
      }),
  );
  return {
    work,
    end: async (outcome: 'more' | 'done' | Error) => {
      ends.shift()?.(outcome);
      await turns();
    },
  };
}

describe('repeated work', () => {
  let repeating: Repeating | undefined;

  it('runs at once, and again when woken', async () => {
    const { work, end } = controlledWork();
    repeating = repeat('work', forEver, log, work);
    expect(work).toHaveBeenCalledTimes(1);
    await end('done');
    expect(work).toHaveBeenCalledTimes(1);
    repeating.wake();
    await turns();
    expect(work).toHaveBeenCalledTimes(2);
    await Promise.all([repeating.stop(), end('done')]);
  });

  it('never runs twice at a time; woken meanwhile, however often, it runs once more', async () => {
    const { work, end } = controlledWork();
    repeating = repeat('work', forEver, log, work);
    for (let i = 0; i < 10; i++) repeating.wake();
    await turns();
    expect(work).toHaveBeenCalledTimes(1);
    await end('done');
    expect(work).toHaveBeenCalledTimes(2);
    await end('done');
    expect(work).toHaveBeenCalledTimes(2);
    await repeating.stop();
  });

  it('runs again at once while there is more to do', async () => {
    const { work, end } = controlledWork();
    repeating = repeat('work', forEver, log, work);
    await end('more');
    await end('more');
    expect(work).toHaveBeenCalledTimes(3);
    await Promise.all([repeating.stop(), end('done')]);
  });

  it('runs again after its interval', async () => {
    let runs = 0;
    await new Promise<void>((resolve) => {
      repeating = repeat('work', 10, log, () => {
        if (++runs === 3) resolve();
        return Promise.resolve('done');
      });
    });
    await repeating?.stop();
  });

  it('runs again when it said that there would be something to do', async () => {
    let runs = 0;
    const startedAt = performance.now();
    await new Promise<void>((resolve) => {
      repeating = repeat('work', forEver, log, () => {
        if (++runs === 2) resolve();
        return Promise.resolve(30);
      });
    });
    expect(performance.now() - startedAt).toBeGreaterThan(25);
    await repeating?.stop();
  });

  it('goes on after a failure, but does not hurry when it is woken', async () => {
    let runs = 0;
    const startedAt = Date.now();
    const secondRun = new Promise<number>((resolve) => {
      repeating = repeat('work', 200, log, () => {
        if (++runs === 2) resolve(Date.now());
        return runs === 1 ? Promise.reject(new Error('no')) : Promise.resolve('done');
      });
    });
    await turns();
    repeating?.wake();
    expect((await secondRun) - startedAt).toBeGreaterThan(150);
    await repeating?.stop();
  });

  it('stops when the run under way has ended, and does not run again', async () => {
    const { work, end } = controlledWork();
    repeating = repeat('work', 1, log, work);
    let stopped = false;
    const stopping = repeating.stop().then(() => (stopped = true));
    repeating.wake();
    await turns();
    expect(stopped).toBe(false);
    await end('more');
    await stopping;
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('stops at once while it is idle', async () => {
    repeating = repeat('work', forEver, log, () => Promise.resolve('done'));
    await turns();
    await repeating.stop();
  });

  it('that is woken again and again keeps the gap', async () => {
    const work = jest.fn(() => Promise.resolve('done' as const));
    repeating = repeat('work', forEver, log, work, { gapMs: 50 });
    const startedAt = performance.now();
    while (work.mock.calls.length < 3) {
      repeating.wake();
      await turn();
    }
    expect(performance.now() - startedAt).toBeGreaterThan(95);
    await repeating.stop();
  });
});
