import { createHash, createHmac, randomBytes } from 'node:crypto';

export interface RefreshToken {
  /** 256 random bits in base64url; for the client and nobody else. */
  readonly token: string;
  readonly hash: string;
}

export function newRefreshToken(): RefreshToken {
  return withHash(randomBytes(32).toString('base64url'));
}

/** 256 random bits in base64url, kept beside a used token so that its successor can be made again. */
export const newSalt = (): string => randomBytes(32).toString('base64url');

/**
 * The token that takes the place of another one: HMAC-SHA-256 of the salt with the token that is replaced as its key. It can
 * be made again for a client that did not get it, though nothing but its hash is stored: from the database alone nobody can
 * make it, and neither from an old token alone.
 */
export const successorOf = (token: string, salt: string): RefreshToken =>
  withHash(createHmac('sha256', token).update(salt).digest('base64url'));

/** What is stored instead of a token, in hex. A random token needs no slow hash. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const withHash = (token: string): RefreshToken => ({ token, hash: hashOf(token) });
