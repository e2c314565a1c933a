import { errors as joseErrors, jwtVerify } from 'jose';
import type { CryptoKey, JWTHeaderParameters, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import { serviceUnavailable } from './errors.ts';

/** Who must have signed a token, for whom, and what it must contain. */
export interface ExpectedToken<Claims> {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: z.ZodType<Claims>;
}

/** A token that was valid, and the key that proved it. */
interface Verified {
  readonly issuer: string;
  readonly audience: string;
  readonly header: JWTHeaderParameters;
  readonly key: unknown;
  /** In s since 1970. */
  readonly exp: number;
  readonly claims: unknown;
}

/** How far clocks may be apart, in s. */
const toleranceSeconds = 5;
/** How many valid tokens are remembered for each key set. */
const mostRemembered = 5_000;
const remembered = new WeakMap<JWTVerifyGetKey, LRUCache<string, Verified>>();

/**
 * The content of a token (JWT, EdDSA); null when it is malformed, forged, expired or meant for somebody else. A token that was valid once
 * is not verified again until it expires, as long as its key is still published.
 * @throws SERVICE_UNAVAILABLE while the public keys cannot be had
 */
export async function claimsOf<Claims>(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, claims }: ExpectedToken<Claims>,
): Promise<Claims | null> {
  const known = remembered.get(keys) ?? new LRUCache<string, Verified>({ max: mostRemembered });
  remembered.set(keys, known);
  try {
    const before = known.get(token);
    if (before?.issuer === issuer && before.audience === audience && (await isStillGood(before, keys)))
      return before.claims as Claims;
    const options = { issuer, audience, algorithms: ['EdDSA'], clockTolerance: toleranceSeconds };
    const { payload, protectedHeader: header, key } = await jwtVerify(token, keys, options);
    const said = claims.safeParse(payload).data;
    if (said === undefined) return null;
    if (payload.exp !== undefined)
      known.set(token, { issuer, audience, header, key, exp: payload.exp, claims: said });
    return said;
  } catch (error) {
    if (saysSomethingAboutTheToken(error)) return null;
    throw serviceUnavailable();
  }
}

const isStillGood = async ({ header, key, exp }: Verified, keys: JWTVerifyGetKey): Promise<boolean> =>
  exp > Math.floor(Date.now() / 1_000) - toleranceSeconds &&
  // Key sets choose a key by the header alone, and keep imported keys until they are fetched again.
  ((await keys(header, { payload: '', signature: '' })) as CryptoKey) === key;

// Keys that could not be fetched or read prove nothing about the token.
const aboutKeys = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);
const saysSomethingAboutTheToken = (error: unknown) =>
  error instanceof joseErrors.JOSEError && !aboutKeys.has(error.code);
