import { LimitedWork } from './limited-work.ts';

const never = new AbortController().signal;

/** Work that lasts until the test ends it. */
function work() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { run: () => ended, end };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('limited work', () => {
  it('begins for one owner after the other, however much one of them has waiting', async () => {
    const limited = new LimitedWork(1);
    const first = work();
    const began: string[] = [];
    const enter = (owner: string) =>
      limited.enter(owner, never, () => {
        began.push(owner);
        return Promise.resolve();
      });
    const entered = [limited.enter('many', never, first.run), ...['many', 'many', 'many', 'one'].map(enter)];
    await soon();
    expect(began).toEqual([]);
    first.end();
    await Promise.all(entered);
    expect(began).toEqual(['many', 'one', 'many', 'many']);
  });

  it('goes on after work that failed', async () => {
    const limited = new LimitedWork(1);
    const failing = limited.enter('a', never, () => Promise.reject(new Error('broken')));
    const waiting = limited.enter('b', never, () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('broken');
    expect(await waiting).toBe('done');
  });

  it('does not begin when its caller has gone meanwhile', async () => {
    const limited = new LimitedWork(1);
    const first = work();
    const running = limited.enter('a', never, first.run);
    const gone = new AbortController();
    const leaving = limited.enter('b', gone.signal, () => Promise.resolve('late'));
    const staying = limited.enter('c', never, () => Promise.resolve('done'));
    gone.abort(new Error('has gone'));
    await expect(leaving).rejects.toThrow('has gone');
    first.end();
    await running;
    expect(await staying).toBe('done');
    await expect(limited.enter('b', gone.signal, () => Promise.resolve('late'))).rejects.toThrow('has gone');
    expect(await limited.enter('a', never, () => Promise.resolve('done'))).toBe('done');
  });
});
