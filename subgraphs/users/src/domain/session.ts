import type { User } from './account.ts';

/** How long a session lives after it was opened or last refreshed, in ms: 30 days. */
export const sessionMs = 30 * 24 * 60 * 60 * 1_000;

/**
 * How long a used refresh token gives the same successor again, in ms. A client whose answer was lost asks again, and two tabs
 * of a browser wake up at once.
 */
export const repeatMs = 30_000;

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
  /** When that was; and what its successor is made from, besides the token itself. */
  readonly replacedAt: Date | null;
  readonly successorSalt: string | null;
  readonly sessionExpiresAt: Date;
  readonly sessionEndedAt: Date | null;
}

/**
 * - ROTATE: the token is good; the successor takes its place.
 * - REPEAT: it was used a moment ago. Whoever asks is given the same successor.
 * - REUSED: it was used before that. One of the two who have it stole it, and nobody can tell who: the session ends.
 * - EXPIRED: unknown, or of a session that is over.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2 (refresh token rotation)
 */
export type Rotation = 'ROTATE' | 'REPEAT' | 'REUSED' | 'EXPIRED';

export function rotation(found: FoundToken | null, now: Date): Rotation {
  if (found === null) return 'EXPIRED';
  if (found.sessionEndedAt !== null || found.sessionExpiresAt <= now) return 'EXPIRED';
  if (found.replacedBy === null) return 'ROTATE';
  const { replacedAt } = found;
  return replacedAt !== null && now.getTime() - replacedAt.getTime() <= repeatMs ? 'REPEAT' : 'REUSED';
}

/** A session that has not ended, as its owner is shown it. */
export interface ListedSession {
  readonly id: string;
  readonly startedAt: Date;
  readonly lastUsedAt: Date;
  readonly client: string | null;
}
