import { newId } from './ids.ts';
import { createLogger } from './log.ts';
import { longestTokenMs, readTogether, Revocations } from './revocations.ts';
import type { RevokedTokens } from './revocations.ts';

const log = createLogger('test', 'silent');
const open: Revocations[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

/** Revocations that are read from here, and what was asked for. */
function publisher() {
  const published = { sessions: [] as string[], users: [] as string[], isDown: false, asked: [] as number[] };
  const revocations = new Revocations((withinMs): Promise<RevokedTokens> => {
    published.asked.push(withinMs);
    return published.isDown ? Promise.reject(new Error('down')) : Promise.resolve({ ...published });
  }, log);
  open.push(revocations);
  return { published, revocations };
}

const someone = () => ({ id: newId(), sessionId: newId() });

describe('a revoked token', () => {
  it.each(['session', 'user'] as const)(
    'is known by its %s, and told to who waits for it, once',
    async (by) => {
      const { published, revocations } = publisher();
      const [bearer, other] = [someone(), someone()];
      let [told, toldWrongly] = [0, 0];
      const heard = new Promise<void>((resolve) => {
        revocations.whenRevoked(bearer, () => {
          told++;
          resolve();
        });
      });
      revocations.whenRevoked(other, () => toldWrongly++);
      if (by === 'session') published.sessions = [bearer.sessionId];
      else published.users = [bearer.id];
      await heard;
      expect([revocations.has(bearer), revocations.has(other)]).toEqual([true, false]);
      const again = await new Promise<string>((resolve) => {
        revocations.whenRevoked(bearer, () => {
          resolve('at once');
        });
      });
      expect([again, told, toldWrongly]).toEqual(['at once', 1, 0]);
    },
  );

  it('is told to nobody who has forgotten about it', async () => {
    const { published, revocations } = publisher();
    const bearer = someone();
    let toldWrongly = 0;
    const forget = revocations.whenRevoked(bearer, () => toldWrongly++);
    forget();
    const heard = new Promise<void>((resolve) => void revocations.whenRevoked(bearer, resolve));
    published.sessions = [bearer.sessionId];
    await heard;
    expect([revocations.has(bearer), toldWrongly]).toEqual([true, 0]);
  });

  it('stays revoked while the list cannot be had, and the time without it is asked for afterwards', async () => {
    const { published, revocations } = publisher();
    const [before, meanwhile] = [someone(), someone()];
    published.sessions = [before.sessionId];
    await new Promise<void>((resolve) => void revocations.whenRevoked(before, resolve));
    published.isDown = true;
    const failures = published.asked.length + 2;
    while (published.asked.length < failures) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(revocations.has(before)).toBe(true);
    const heard = new Promise<void>((resolve) => void revocations.whenRevoked(meanwhile, resolve));
    Object.assign(published, { isDown: false, sessions: [meanwhile.sessionId] });
    await heard;
    expect(published.asked[0]).toBe(longestTokenMs);
    expect(published.asked.at(-1)).toBeGreaterThan(121_000);
    expect(revocations.has(before)).toBe(true);
  });
});

describe('what is read of revocations', () => {
  it('is told to all who ask at about the same time, and never to those who asked for more', async () => {
    const read: number[] = [];
    const together = readTogether((withinMs) => {
      read.push(withinMs);
      return Promise.resolve({ sessions: [], users: [] });
    });
    await Promise.all([together(120_500), together(120_600), together(1)]);
    expect(read).toHaveLength(1);
    expect(read[0]).toBeGreaterThanOrEqual(120_600);
    await together(longestTokenMs);
    expect(read).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await together(1);
    expect(read).toHaveLength(3);
  });

  it('is read anew after a failure', async () => {
    let isDown = true;
    const together = readTogether(() =>
      isDown ? Promise.reject(new Error('down')) : Promise.resolve({ sessions: [], users: [] }),
    );
    await expect(together(1)).rejects.toThrow('down');
    isDown = false;
    await expect(together(1)).resolves.toEqual({ sessions: [], users: [] });
  });
});
