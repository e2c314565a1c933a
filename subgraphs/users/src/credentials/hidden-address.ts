import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The key that hides network addresses, derived from a secret of this service that is in no database. */
export const addressKeyFrom = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'frontrow/users/addresses', 32)));

/**
 * What stands for a network address in this service: its HMAC-SHA-256, in base64url. There are so few addresses that a plain hash
 * could be undone by trying them all.
 */
export const hiddenAddress = (key: KeyObject, address: string): string =>
  createHmac('sha256', key).update(address).digest('base64url');
