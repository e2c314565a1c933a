import { repeatMs, rotation, sessionEnd } from './session.ts';
import type { FoundToken } from './session.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const later = new Date(now.getTime() + 1);

const unused = (found: Partial<FoundToken> = {}): FoundToken => ({
  sessionId: 'session',
  userId: 'user',
  replacedBy: null,
  replacedAt: null,
  successorSalt: null,
  sessionExpiresAt: later,
  sessionEndedAt: null,
  ...found,
});

const used = (agoMs: number) =>
  unused({ replacedBy: 'successor', replacedAt: new Date(now.getTime() - agoMs), successorSalt: 'salt' });

describe('a refresh', () => {
  it.each([
    ['rotates an unused token', unused(), 'ROTATE'],
    ['repeats itself for 30 s', used(repeatMs), 'REPEAT'],
    ['repeats itself when the clock of another replica is ahead of this one', used(-1_000), 'REPEAT'],
    ['takes a second use after that for a theft', used(repeatMs + 1), 'REUSED'],
    [
      'takes a second use for a theft if the time of the first is unknown',
      unused({ replacedBy: 'x' }),
      'REUSED',
    ],
    ['comes too late at the very end of the session', unused({ sessionExpiresAt: now }), 'EXPIRED'],
    ['does not revive a session that ended', unused({ sessionEndedAt: now }), 'EXPIRED'],
    [
      'has nothing to end where the session ended already',
      unused({ replacedBy: 'x', sessionEndedAt: now }),
      'EXPIRED',
    ],
  ] as const)('%s', (_, found, decision) => {
    expect(rotation(found, now)).toBe(decision);
  });

  it('lets the session live for 30 days more', () => {
    expect(sessionEnd(now).toISOString()).toBe('2026-12-20T10:00:00.000Z');
  });
});
