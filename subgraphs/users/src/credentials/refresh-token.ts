import { createHash, createHmac, randomBytes } from 'node:crypto';

export interface RefreshToken {
  /** 256 random bits in base64url. Only the client has it. */
  readonly token: string;
  readonly hash: string;
}

export function newRefreshToken(): RefreshToken {
  return withHash(randomBytes(32).toString('base64url'));
}

/** 256 random bits in base64url, stored beside a used token so that its successor can be made again. */
export const newSalt = (): string => randomBytes(32).toString('base64url');

/**
 * The token that replaces another one: HMAC-SHA-256 of the salt, with the replaced token as the key. The server stores only the
 * hash of the successor, but it can make the successor again for a client that did not receive it. Nobody can make it from the
 * database alone or from the old token alone.
 */
export const successorOf = (token: string, salt: string): RefreshToken =>
  withHash(createHmac('sha256', token).update(salt).digest('base64url'));

/** The hash that is stored in place of a token, in hex. A random token needs no slow hash. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const withHash = (token: string): RefreshToken => ({ token, hash: hashOf(token) });
