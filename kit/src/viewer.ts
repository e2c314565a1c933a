import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { forbidden, unauthenticated } from './errors.ts';
import type { Revoked } from './revocations.ts';
import { claimsOf } from './token.ts';

/** What an account may do: buy, run the sale, or admit people at the door and nothing else. */
const roles = ['FAN', 'OPERATOR', 'STAFF'] as const;
export type Role = (typeof roles)[number];

/** The sender of a request, as their access token describes them. */
export interface Viewer {
  readonly id: string;
  readonly role: Role;
  readonly sessionId: string;
  /** When the access token expires. */
  readonly expiresAt: Date;
}

/** The content of an access token; `users` signs it, and every other service verifies it. */
const accessTokenClaims = z.object({
  sub: z.uuid(),
  role: z.enum(roles),
  sid: z.uuid(),
  exp: z.number(),
});
export const accessTokenIssuer = 'frontrow/users';
export const accessTokenAudience = 'frontrow';
const accessToken = {
  issuer: accessTokenIssuer,
  audience: accessTokenAudience,
  claims: accessTokenClaims,
};

/**
 * The viewer that an Authorization header names; null without one.
 * @throws UNAUTHENTICATED for a token that is malformed, forged, expired or revoked
 * @throws SERVICE_UNAVAILABLE while the public keys cannot be had
 */
export async function viewerFrom(
  authorization: string | undefined,
  keys: JWTVerifyGetKey,
  revoked: Revoked,
): Promise<Viewer | null> {
  if (authorization === undefined || authorization === '') return null;
  const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated('The Authorization header must be "Bearer <access token>".');
  const claims = await claimsOf(token, keys, accessToken);
  if (claims === null) throw unauthenticated('The access token is not valid, or it has expired.');
  const { sub: id, role, sid: sessionId, exp } = claims;
  const viewer: Viewer = { id, role, sessionId, expiresAt: new Date(exp * 1000) };
  if (revoked.has(viewer)) throw sessionEnded();
  return viewer;
}

/** A token that was revoked before it expired. */
const sessionEnded = () => unauthenticated('The session of this access token has ended. Log in again.');

/**
 * For a viewer's own account, whatever else the account may do.
 * @throws UNAUTHENTICATED when nobody is logged in
 */
export function requireAccount(viewer: Viewer | null): Viewer {
  if (viewer === null) throw unauthenticated();
  return viewer;
}

/**
 * For what fans do.
 * @throws UNAUTHENTICATED when nobody is logged in, FORBIDDEN when it is staff, who admit people at the door and do nothing else
 */
export function requireViewer(viewer: Viewer | null): Viewer {
  const account = requireAccount(viewer);
  if (account.role === 'STAFF') throw forbidden('Staff admit people at the door, and do nothing else.');
  return account;
}

/**
 * For what is done at the door.
 * @throws UNAUTHENTICATED when nobody is logged in, FORBIDDEN when it is a fan
 */
export function requireStaff(viewer: Viewer | null): Viewer {
  const account = requireAccount(viewer);
  if (account.role === 'FAN') throw forbidden();
  return account;
}

/** @throws UNAUTHENTICATED when nobody is logged in, FORBIDDEN when it is a fan, or staff */
export function requireOperator(viewer: Viewer | null): Viewer {
  const account = requireAccount(viewer);
  if (account.role !== 'OPERATOR') throw forbidden();
  return account;
}

/** For fields that only operators see; they are null for everybody else. */
export const isOperator = (viewer: Viewer | null): boolean => viewer?.role === 'OPERATOR';

/** For personal data, which only its owner may see, not even an operator. */
export const ownData = <Data extends { userId: string }>(
  data: Data,
  { viewer }: { viewer: Viewer | null },
): Data | null => (viewer?.id === data.userId ? data : null);

/** Whether what belongs to `userId` may be shown to `viewer`. */
export const maySee = (viewer: Viewer | null, userId: string): boolean =>
  viewer !== null && (viewer.id === userId || viewer.role === 'OPERATOR');
