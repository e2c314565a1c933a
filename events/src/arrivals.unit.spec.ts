import { jest } from '@jest/globals';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { refuse } from '@frontrow/kit/refusal';
import { testIds } from '@frontrow/kit/testing/ids';
import { Arrivals } from './arrivals.ts';
import type { ArrivalsOptions } from './arrivals.ts';
import type { Handler } from './handler.ts';
import { userRegistered } from './contracts/users.ts';
import type { Transaction } from './outbox.ts';

const log = createLogger('test', 'silent');
const early = refuse('NOT_READY_YET', 'It has not come yet.', { retryable: true });

/** A service that knows these ids, and how often it was asked for which. */
function aService(find?: ArrivalsOptions['find']) {
  const known = new Set<string>();
  const looks: (readonly string[])[] = [];
  const arrivals = new Arrivals({
    ids: testIds,
    find: (ids) => {
      looks.push(ids);
      return find?.(ids) ?? Promise.resolve(ids.filter((id) => known.has(id)));
    },
    log,
  });
  const load = (id: string) => Promise.resolve(known.has(id) ? { id } : null);
  const loader = { load, clear: () => loader };
  return { known, looks, arrivals, loader };
}

/** Handles the news of this user as a consumer does: commits, and then tells who listens for that. */
async function handle(arrivals: Arrivals, id: string, commit: () => void): Promise<void> {
  const listeners: (() => void)[] = [];
  const [handler] = arrivals.hearing([{ contract: userRegistered, handle: () => Promise.resolve() }]) as [
    Handler,
  ];
  const tx = { afterCommit: (listener: () => void) => listeners.push(listener) } as unknown as Transaction;
  await handler.handle(tx, [{ subject: id } as never]);
  commit();
  for (const listener of listeners) listener();
}

const minutesAgo = (minutes: number) => {
  const time = (Date.now() - minutes * 60_000).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${newId().slice(13)}`;
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('what is on its way', () => {
  it('is waited for, and then tried once more', async () => {
    const { known, arrivals, looks } = aService();
    const id = newId();
    const attempt = jest.fn(() => Promise.resolve(known.has(id) ? { paid: true } : early));
    const answer = arrivals.retry([id], attempt);
    await jest.advanceTimersByTimeAsync(10);
    await handle(arrivals, id, () => known.add(id));
    await jest.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual({ paid: true });
    expect(attempt).toHaveBeenCalledTimes(2);
    expect(looks).toHaveLength(2); // at first, and as soon as it was handled here
  });

  it('is found also when another replica handled it', async () => {
    const { known, arrivals, loader } = aService();
    const id = testIds.next();
    const found = arrivals.load(loader, id);
    await jest.advanceTimersByTimeAsync(500);
    known.add(id);
    await jest.advanceTimersByTimeAsync(60);
    expect(await found).toEqual({ id });
  });

  it('is given up after 2 s', async () => {
    const { arrivals } = aService();
    const id = newId();
    let answer: unknown;
    void arrivals.retry([id], () => Promise.resolve(early)).then((given) => (answer = given));
    await jest.advanceTimersByTimeAsync(1_990);
    expect(answer).toBeUndefined();
    await jest.advanceTimersByTimeAsync(20);
    expect(answer).toEqual(early);
  });

  it('is asked for by one statement at a time, however many wait, and not at all when nobody does', async () => {
    const { arrivals, looks, known } = aService();
    const ids = Array.from({ length: 1_000 }, newId);
    const all = Promise.all(ids.map((id) => arrivals.wait([id])));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(looks.length).toBeLessThan(25);
    expect(looks.at(-1)).toHaveLength(1_000);
    for (const id of ids) known.add(id);
    await jest.advanceTimersByTimeAsync(60);
    expect(new Set(await all)).toEqual(new Set([true]));
    const before = looks.length;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(looks).toHaveLength(before);
  });

  it('is waited for until all of it is there', async () => {
    const { known, arrivals } = aService();
    const [reservation, wallet] = [newId(), newId()];
    const both = arrivals.wait([reservation, wallet]);
    known.add(wallet);
    await jest.advanceTimersByTimeAsync(1_000);
    known.add(reservation);
    await jest.advanceTimersByTimeAsync(60);
    expect(await both).toBe(true);
  });
});

describe('nobody waits', () => {
  it('where there is an answer', async () => {
    const { known, arrivals, looks, loader } = aService();
    const id = testIds.next();
    known.add(id);
    const refusal = refuse('NOT_FOUND', 'There is none.');
    expect(await arrivals.retry([newId()], () => Promise.resolve(refusal))).toBe(refusal);
    expect(await arrivals.load(loader, id)).toEqual({ id });
    expect(looks).toEqual([]);
  });

  it('for what nobody gave out', async () => {
    const { arrivals, looks, loader } = aService();
    expect(await arrivals.load(loader, newId())).toBeNull();
    expect(arrivals.mayStillCome(newId())).toBe(false);
    expect(looks).toEqual([]);
  });

  it('for what is not new: its news is held up by more than a moment', async () => {
    const { arrivals, looks } = aService();
    expect(await arrivals.wait([minutesAgo(2)])).toBe(false);
    expect(looks).toEqual([]);
  });

  it('where too many wait already', async () => {
    const { known, arrivals } = aService();
    const waiting = Array.from({ length: 5_000 }, () => arrivals.wait([newId()]));
    expect(await arrivals.wait([newId()])).toBe(false);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([false]));
    // Once they have given up, there is room for others.
    const id = newId();
    const next = arrivals.wait([id]);
    known.add(id);
    await jest.advanceTimersByTimeAsync(60);
    expect(await next).toBe(true);
  });

  it('longer than 2 s, also while the database is down', async () => {
    const { arrivals, looks } = aService(() => Promise.reject(new Error('no connection')));
    const waiting = arrivals.wait([newId()]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await waiting).toBe(false);
    expect(looks.length).toBeLessThan(6);
  });
});
