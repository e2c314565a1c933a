import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { forbidden, unauthenticated } from './errors.ts';
import { claimsOf } from './token.ts';

/** Who asks, as their access token says. */
export interface Viewer {
  readonly id: string;
  readonly role: 'FAN' | 'OPERATOR';
  readonly sessionId: string;
  /** When the access token ends. */
  readonly expiresAt: Date;
}

/** What an access token says; `users` signs it, everybody else verifies it. */
const accessTokenClaims = z.object({
  sub: z.uuid(),
  role: z.enum(['FAN', 'OPERATOR']),
  sid: z.uuid(),
  exp: z.number(),
});
export const accessTokenIssuer = 'frontrow/users';
export const accessTokenAudience = 'frontrow';

/**
 * The viewer that an Authorization header stands for; null when there is none.
 * @throws UNAUTHENTICATED for a token that is malformed, forged or expired
 * @throws SERVICE_UNAVAILABLE while the public keys cannot be had
 */
export async function viewerFrom(
  authorization: string | undefined,
  keys: JWTVerifyGetKey,
): Promise<Viewer | null> {
  if (authorization === undefined || authorization === '') return null;
  const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated('The Authorization header must be "Bearer <access token>".');
  const claims = await claimsOf(token, keys, {
    issuer: accessTokenIssuer,
    audience: accessTokenAudience,
    claims: accessTokenClaims,
  });
  if (claims === null) throw unauthenticated('The access token is not valid, or it has expired.');
  return {
    id: claims.sub,
    role: claims.role,
    sessionId: claims.sid,
    expiresAt: new Date(claims.exp * 1000),
  };
}

/** @throws UNAUTHENTICATED when nobody is logged in */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer === null) throw unauthenticated();
  return viewer;
}

/** @throws UNAUTHENTICATED when nobody is logged in, FORBIDDEN when it is a fan */
export function requireOperator(viewer: Viewer | null): Viewer {
  if (requireViewer(viewer).role !== 'OPERATOR') throw forbidden();
  return viewer as Viewer;
}

/** Whether what belongs to `userId` may be shown to `viewer`. */
export const maySee = (viewer: Viewer | null, userId: string): boolean =>
  viewer !== null && (viewer.id === userId || viewer.role === 'OPERATOR');
