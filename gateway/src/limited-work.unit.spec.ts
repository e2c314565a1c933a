import { Places } from './places.ts';

const never = new AbortController().signal;

/** Work that lasts until the test ends it. */
function work() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { run: () => ended, end };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('places', () => {
  it('are given to owners in turn, however much one of them has waiting', async () => {
    const places = new Places(1);
    const first = work();
    const began: string[] = [];
    const enter = (owner: string) =>
      places.enter(owner, never, () => {
        began.push(owner);
        return Promise.resolve();
      });
    const entered = [places.enter('many', never, first.run), ...['many', 'many', 'many', 'one'].map(enter)];
    await soon();
    expect(began).toEqual([]);
    first.end();
    await Promise.all(entered);
    expect(began).toEqual(['many', 'one', 'many', 'many']);
  });

  it('are free again after work that failed', async () => {
    const places = new Places(1);
    const failing = places.enter('a', never, () => Promise.reject(new Error('broken')));
    const waiting = places.enter('b', never, () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('broken');
    expect(await waiting).toBe('done');
  });

  it('are not given to work whose caller has gone meanwhile', async () => {
    const places = new Places(1);
    const first = work();
    const running = places.enter('a', never, first.run);
    const gone = new AbortController();
    const leaving = places.enter('b', gone.signal, () => Promise.resolve('late'));
    const staying = places.enter('c', never, () => Promise.resolve('done'));
    gone.abort(new Error('has gone'));
    await expect(leaving).rejects.toThrow('has gone');
    first.end();
    await running;
    expect(await staying).toBe('done');
    await expect(places.enter('b', gone.signal, () => Promise.resolve('late'))).rejects.toThrow('has gone');
    expect(await places.enter('a', never, () => Promise.resolve('done'))).toBe('done');
  });
});
