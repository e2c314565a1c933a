import { rotation, sessionEnd } from './session.ts';
import type { FoundToken } from './session.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const later = new Date(now.getTime() + 1);

const unused = (found: Partial<FoundToken> = {}): FoundToken => ({
  sessionId: 'session',
  userId: 'user',
  replacedBy: null,
  sessionExpiresAt: later,
  sessionEndedAt: null,
  ...found,
});

describe('a refresh', () => {
  it.each([
    ['rotates an unused token', unused(), 'ROTATE'],
    ['takes a second use for a theft', unused({ replacedBy: 'of somebody else' }), 'REUSED'],
    ['recognises what it did itself', unused({ replacedBy: 'successor' }), 'ROTATED'],
    ['knows nothing of an unknown token', null, 'EXPIRED'],
    ['comes too late at the very end of the session', unused({ sessionExpiresAt: now }), 'EXPIRED'],
    ['does not revive a session that ended', unused({ sessionEndedAt: now }), 'EXPIRED'],
    [
      'has nothing to end where the session ended already',
      unused({ replacedBy: 'x', sessionEndedAt: now }),
      'EXPIRED',
    ],
  ] as const)('%s', (_, found, decision) => {
    expect(rotation(found, 'successor', now)).toBe(decision);
  });

  it('lets the session live for 30 days more', () => {
    expect(sessionEnd(now).toISOString()).toBe('2026-12-20T10:00:00.000Z');
  });
});
