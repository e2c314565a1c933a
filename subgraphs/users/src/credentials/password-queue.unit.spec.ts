import { setTimeout as pause } from 'node:timers/promises';
import { PasswordQueue } from './password-queue.ts';

const limited = { extensions: { code: 'RATE_LIMITED' } };
const nothing = () => Promise.resolve();

const ends: (() => void)[] = [];
/** Lets the request in progress end and the next one begin, as often as `times` says. */
async function goOn(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    ends.shift()?.();
    await pause(0);
  }
}
// No request of a test is left waiting.
afterEach(async () => {
  while (ends.length > 0) await goOn(1);
});

/** A queue whose work ends when the test says so. */
function queueUnderTest({ places = 4, patienceMs = 60_000 } = {}) {
  const queue = new PasswordQueue({ atATime: 1, places, patienceMs });
  const begun: string[] = [];
  return {
    begun,
    /** A request from an address. Its name is among `begun` once it has its turn. */
    comes: (name: string, address = name): Promise<void> => {
      const outcome = queue.enter(address, () => {
        begun.push(name);
        return new Promise<void>((end) => ends.push(end));
      });
      outcome.catch(nothing);
      return outcome;
    },
  };
}

describe('the queue of passwords to be hashed', () => {
  it('works at so many at a time, and goes on when one has failed', async () => {
    const queue = new PasswordQueue({ atATime: 1, places: 2, patienceMs: 60_000 });
    const failing = queue.enter('a', () => Promise.reject(new Error('broken')));
    const next = queue.enter('a', () => Promise.resolve('in'));
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('in');
    expect(await queue.enter('b', () => Promise.resolve('in'))).toBe('in');
  });

  it('takes addresses in turn, however many come from one', async () => {
    const { comes, begun } = queueUnderTest();
    for (const [index, address] of ['a', 'a', 'a', 'b', 'c'].entries())
      void comes(`${address}${index}`, address);
    await goOn(5);
    expect(begun).toEqual(['a0', 'a1', 'b3', 'c4', 'a2']);
  });

  it('refuses the last request of the address that has most, when it is full and another address comes', async () => {
    const { comes, begun } = queueUnderTest();
    const flood = ['a0', 'a1', 'a2', 'a3', 'a4'].map((name) => comes(name, 'a'));
    const honest = comes('b');
    await expect(flood[4]).rejects.toMatchObject(limited);
    await goOn(3);
    await honest;
    expect(begun).toEqual(['a0', 'a1', 'b', 'a2']);
  });

  it('refuses a request when it is full and no other address has more in it', async () => {
    const { comes } = queueUnderTest();
    for (const address of ['a', 'b', 'c', 'd', 'e']) void comes(address);
    await expect(comes('f')).rejects.toMatchObject(limited);
    await expect(comes('b again', 'b')).rejects.toMatchObject(limited);
  });

  it('refuses a request that has waited for too long, and goes on with the others', async () => {
    const { comes, begun } = queueUnderTest({ patienceMs: 50 });
    void comes('a');
    await expect(comes('b')).rejects.toMatchObject(limited);
    void comes('c');
    await goOn(1);
    expect(begun).toEqual(['a', 'c']);
  });

  it('tells clients that it refuses to come back, each at another time', async () => {
    const { comes } = queueUnderTest({ places: 1 });
    void comes('a');
    void comes('a');
    const seconds = new Set<number>();
    for (let i = 0; i < 100; i++) {
      const error: unknown = await comes('b').catch((refused: unknown) => refused);
      seconds.add(
        (error as typeof limited & { extensions: { retryAfterSeconds: number } }).extensions
          .retryAfterSeconds,
      );
    }
    expect([...seconds].sort()).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });
});
