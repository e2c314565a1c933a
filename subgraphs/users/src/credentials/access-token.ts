import type { KeyPurpose, SigningKeys } from '@frontrow/kit/signing-keys';
import { accessTokenAudience, accessTokenIssuer } from '@frontrow/kit/viewer';
import type { User } from '../domain/account.ts';

/**
 * How long an access token is valid. One whose session ends is void within about a second; only where nobody hears of that,
 * because `users` cannot be reached, does it stay valid until it expires.
 */
const accessTokenSeconds = 15 * 60;

export const accessTokenKeys: KeyPurpose = {
  name: 'access-tokens',
  tokensLiveMs: accessTokenSeconds * 1_000,
};

export interface AccessToken {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
}

/** Signs a token that says who the user is, for the gateway and every subgraph (`viewerFrom` in `kit` reads it). */
export async function signAccessToken(
  keys: SigningKeys,
  user: User,
  sessionId: string,
  now: Date,
): Promise<AccessToken> {
  const issuedAt = Math.floor(now.getTime() / 1_000);
  const expiresAt = issuedAt + accessTokenSeconds;
  const accessToken = await keys.sign({
    iss: accessTokenIssuer,
    aud: accessTokenAudience,
    sub: user.id,
    role: user.role,
    sid: sessionId,
    iat: issuedAt,
    exp: expiresAt,
  });
  return { accessToken, accessTokenExpiresAt: new Date(expiresAt * 1_000) };
}
