import type { KeyPurpose, SigningKeys } from '@frontrow/kit/signing-keys';
import { accessTokenAudience, accessTokenIssuer } from '@frontrow/kit/viewer';
import type { User } from '../domain/account.ts';

/** No session outlives its end by more than this: an access token is good until it expires. */
const accessTokenSeconds = 15 * 60;

export const accessTokenKeys: KeyPurpose = {
  name: 'access-tokens',
  tokensLiveMs: accessTokenSeconds * 1_000,
};

export interface AccessToken {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
}

/** Signs who the user is, for the gateway and every subgraph (`viewerFrom` of the kit). */
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
