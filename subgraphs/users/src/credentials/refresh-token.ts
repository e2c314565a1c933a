import { createHash, randomBytes } from 'node:crypto';

export interface RefreshToken {
  /** 256 random bits in base64url; for the client and nobody else. */
  readonly token: string;
  readonly hash: string;
}

export function newRefreshToken(): RefreshToken {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOf(token) };
}

/** What is stored instead of a token, in hex. A random token needs no slow hash. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
