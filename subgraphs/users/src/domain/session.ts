import type { User } from './account.ts';

/** How long a session lives after it was opened or last refreshed, in ms: 30 days. */
export const sessionMs = 30 * 24 * 60 * 60 * 1_000;

/**
 * For how long, in ms, a used refresh token still returns the same successor. A client that lost the answer asks again, and two
 * tabs of a browser may refresh at once.
 */
export const repeatMs = 30_000;

export const sessionEnd = (now: Date): Date => new Date(now.getTime() + sessionMs);

/** The result of registering, logging in or refreshing. */
export interface OpenSession {
  readonly id: string;
  readonly refreshToken: string;
  readonly user: User;
}

/** A stored refresh token, with its session. Only the hashes of tokens are stored. */
export interface FoundToken {
  readonly sessionId: string;
  readonly userId: string;
  /** The hash of the token that replaced this one; null while this one is unused. */
  readonly replacedBy: string | null;
  /** When it was replaced, and the salt from which its successor is made together with the token itself. */
  readonly replacedAt: Date | null;
  readonly successorSalt: string | null;
  readonly sessionExpiresAt: Date;
  readonly sessionEndedAt: Date | null;
}

/**
 * - ROTATE: the token is valid; its successor replaces it.
 * - REPEAT: the token was used a moment ago. The client is given the same successor.
 * - REUSED: the token was used before that. Two clients have it, and nobody can tell which of them stole it, so the session
 *   ends.
 * - EXPIRED: its session is over.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2 (refresh token rotation)
 */
export type Rotation = 'ROTATE' | 'REPEAT' | 'REUSED' | 'EXPIRED';

export function rotation(found: FoundToken, now: Date): Rotation {
  if (found.sessionEndedAt !== null || found.sessionExpiresAt <= now) return 'EXPIRED';
  if (found.replacedBy === null) return 'ROTATE';
  const { replacedAt } = found;
  return replacedAt !== null && now.getTime() - replacedAt.getTime() <= repeatMs ? 'REPEAT' : 'REUSED';
}

/** A session that has not ended, as its owner sees it. */
export interface ListedSession {
  readonly id: string;
  readonly startedAt: Date;
  readonly lastUsedAt: Date;
  readonly client: string | null;
}
