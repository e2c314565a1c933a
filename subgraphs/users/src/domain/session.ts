import type { User } from './account.ts';

/** How long a session lives after it was opened or last refreshed, in ms: 30 days. */
export const sessionMs = 30 * 24 * 60 * 60 * 1_000;

export const sessionEnd = (now: Date): Date => new Date(now.getTime() + sessionMs);

/** What somebody gets who registered, logged in, or refreshed. */
export interface OpenSession {
  readonly id: string;
  readonly refreshToken: string;
  readonly user: User;
}

/** A refresh token as it is found, with the session it belongs to. Tokens are known by their hashes only. */
export interface FoundToken {
  readonly sessionId: string;
  readonly userId: string;
  /** The hash of the token that a refresh gave out instead of this one; null while it was never used. */
  readonly replacedBy: string | null;
  readonly sessionExpiresAt: Date;
  readonly sessionEndedAt: Date | null;
}

/**
 * - ROTATE: the token is good; the successor takes its place.
 * - ROTATED: this very refresh was carried out already: the database broke as it committed, and it runs again.
 * - REUSED: somebody else has used the token. One of the two stole it, and nobody can tell who: the session ends.
 * - EXPIRED: unknown, or of a session that is over.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2 (refresh token rotation)
 */
export type Rotation = 'ROTATE' | 'ROTATED' | 'REUSED' | 'EXPIRED';

/** @param successor the hash of the token that this refresh would give out, new for each call */
export function rotation(found: FoundToken | null, successor: string, now: Date): Rotation {
  if (found === null) return 'EXPIRED';
  if (found.sessionEndedAt !== null || found.sessionExpiresAt <= now) return 'EXPIRED';
  if (found.replacedBy === null) return 'ROTATE';
  return found.replacedBy === successor ? 'ROTATED' : 'REUSED';
}
