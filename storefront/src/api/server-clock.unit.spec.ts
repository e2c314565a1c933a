import { faultOf } from './problem.ts';
import { noteServerTime, timedFetch } from './server-clock.ts';

describe('the difference of the clocks', () => {
  const now = Date.parse('2026-11-27T04:00:00.000Z');

  it('is computed from the answer, as of the middle of the request', () => {
    const header = new Date(now + 120_000).toUTCString();
    expect(noteServerTime(header, now - 100, now + 100)).toBe(120_500);
  });

  it('is none if it is less than a header of whole seconds can tell', () => {
    expect(noteServerTime(new Date(now + 1_000).toUTCString(), now, now)).toBe(0);
  });

  it('stays as it is when an answer has no time', () => {
    noteServerTime(new Date(now - 60_000).toUTCString(), now, now);
    expect(noteServerTime(null, now, now)).toBe(-59_500);
  });
});

describe('a request that nobody answers', () => {
  const { fetch } = globalThis;
  beforeEach(() => {
    globalThis.fetch = (_, init) =>
      new Promise((_, reject) => {
        const end = () => reject(init?.signal?.reason as Error);
        if (init?.signal?.aborted) end();
        init?.signal?.addEventListener('abort', end);
      });
  });
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it('ends after a time, which counts as no answer', async () => {
    const { signal } = new AbortController();
    for (const init of [undefined, { signal }]) {
      const error: unknown = await timedFetch('/graphql', init, 20).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: 'TimeoutError' });
      expect(faultOf(error).code).toBe('SERVICE_UNAVAILABLE');
    }
  });

  it('ends at once when the page has no use for it any more', async () => {
    const controller = new AbortController();
    const asked = timedFetch('/graphql', { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await expect(timedFetch('/graphql', { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
