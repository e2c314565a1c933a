import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a mailed link lets its owner do. */
export const linkPurposes = ['PASSWORD_RESET', 'EMAIL_CONFIRMATION'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/**
 * The token of a mailed link: its id and an HMAC-SHA-256 of it, 64 characters in base64url. Tables and events have only the id,
 * which is worth nothing without the secret, so nobody who reads them can use a link.
 * @param secret known to the services that mail links and accept them
 * @param id a UUID
 */
export const linkToken = (secret: string, purpose: LinkPurpose, id: string): string =>
  Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), seal(secret, purpose, id)]).toString(
    'base64url',
  );

/** The id of the link that a token belongs to; null when the token was not made for this purpose with this secret. */
export function linkOf(secret: string, purpose: LinkPurpose, token: string): string | null {
  if (!/^[\w-]{64}$/.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const hex = bytes.toString('hex', 0, 16);
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return timingSafeEqual(bytes.subarray(16), seal(secret, purpose, id)) ? id : null;
}

const seal = (secret: string, purpose: LinkPurpose, id: string) =>
  createHmac('sha256', secret).update(`${purpose} ${id}`).digest();
