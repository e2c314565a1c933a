import { errors as joseErrors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import type { z } from 'zod';
import { serviceUnavailable } from './errors.ts';

/** Who must have signed a token, for whom, and what it must say. */
export interface ExpectedToken<Claims> {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: z.ZodType<Claims>;
}

/**
 * What a token says (JWT, EdDSA); null when it is malformed, forged, expired or meant for somebody else.
 * @throws SERVICE_UNAVAILABLE while the public keys cannot be had
 */
export async function claimsOf<Claims>(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, claims }: ExpectedToken<Claims>,
): Promise<Claims | null> {
  try {
    const options = { issuer, audience, algorithms: ['EdDSA'], clockTolerance: 5 };
    const { payload } = await jwtVerify(token, keys, options);
    return claims.safeParse(payload).data ?? null;
  } catch (error) {
    if (saysSomethingAboutTheToken(error)) return null;
    throw serviceUnavailable();
  }
}

// Keys that could not be fetched, or not be read, say nothing about it.
const aboutKeys = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);
const saysSomethingAboutTheToken = (error: unknown) =>
  error instanceof joseErrors.JOSEError && !aboutKeys.has(error.code);
