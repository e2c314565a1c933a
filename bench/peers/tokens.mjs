import { Buffer } from 'node:buffer';
import { createPublicKey, verify } from 'node:crypto';
import { GraphQLError } from 'graphql';

const mostRemembered = 50_000;

/**
 * Verifies JWTs (RFC 7519) signed with Ed25519. A token that was verified is remembered.
 * @throws UNAUTHENTICATED for a token that is missing, malformed, forged or expired
 */
export function tokenVerifier(publicKey) {
  const key = createPublicKey(publicKey);
  const known = new Map();
  return (token) => {
    const claims = known.get(token) ?? check(token, key);
    if (claims === undefined || claims.exp * 1_000 < Date.now()) {
      throw new GraphQLError('The token is not valid.', { extensions: { code: 'UNAUTHENTICATED' } });
    }
    if (known.size >= mostRemembered) known.clear();
    known.set(token, claims);
    return claims;
  };
}

function check(token, key) {
  const [header, claims, signature] = token?.split('.') ?? [];
  if (signature === undefined) return undefined;
  const isValid = verify(null, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'));
  return isValid ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : undefined;
}
