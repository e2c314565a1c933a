import { refreshSession } from './refresh-session.ts';
import { keepSession } from './session.ts';

/** A browser with one tab, whose requests are never answered, and whose time limits are over at once. */
class Browser {
  readonly limits: number[] = [];
  readonly #stored = new Map<string, string>();
  #locked: Promise<unknown> = Promise.resolve();
  readonly localStorage = {
    getItem: (key: string) => this.#stored.get(key) ?? null,
    setItem: (key: string, value: string) => this.#stored.set(key, value),
  };
  readonly navigator = {
    locks: {
      request: (_: string, work: () => Promise<unknown>) => (this.#locked = this.#locked.then(work, work)),
    },
  };
  readonly fetch: typeof fetch = (_, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
}

describe('a refresh of the session that nobody answers', () => {
  const { timeout } = AbortSignal;
  const before = ['localStorage', 'navigator', 'fetch'].map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  const browser = new Browser();
  beforeAll(() => {
    for (const name of ['localStorage', 'navigator', 'fetch'] as const)
      Object.defineProperty(globalThis, name, { configurable: true, value: browser[name] });
    AbortSignal.timeout = (ms) => {
      browser.limits.push(ms);
      return timeout(1);
    };
  });
  afterAll(() => {
    AbortSignal.timeout = timeout;
    for (const [name, descriptor] of before)
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
  });

  it('ends after ten seconds, so that the requests and tabs that wait for it go on, and keeps the session', async () => {
    const user = { __typename: 'User', id: 'u', name: 'Mina' } as Parameters<typeof keepSession>[0]['user'];
    const parts = { accessToken: 'old', accessTokenExpiresAt: new Date().toISOString(), refreshToken: 'r' };
    keepSession({ __typename: 'Session', ...parts, user });
    const refreshes = await Promise.allSettled([refreshSession('old'), refreshSession('old')]);
    expect(refreshes).toMatchObject([
      { status: 'rejected', reason: { name: 'TimeoutError' } },
      { status: 'rejected', reason: { name: 'TimeoutError' } },
    ]);
    expect(browser.limits).toEqual([10_000, 10_000]);
    expect(browser.localStorage.getItem('frontrow.session')).toContain('old');
  });
});
