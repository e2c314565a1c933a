import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { newId } from '@frontrow/kit/ids';
import { Fan } from '@frontrow/stack/fan';
import type { Stack } from '@frontrow/stack/stack';
import { createConnection } from 'mysql2/promise';

export interface Account {
  readonly id: string;
  readonly token: string;
}

const rowsAtOnce = 1_000;

/**
 * Makes thousands of accounts without hashing thousands of passwords, which is meant to be slow: one fan registers, the others
 * are copies of that row with tokens of their own, signed with the key of `users`. Nobody is told of them, so they have no
 * wallets.
 */
export async function manyAccounts(
  { gatewayUrl, databaseUrl }: Stack,
  count: number,
): Promise<readonly Account[]> {
  const registered = await Fan.register(gatewayUrl);
  const users = await createConnection(databaseUrl('users'));
  try {
    const ids = Array.from({ length: count }, () => newId());
    for (let start = 0; start < count; start += rowsAtOnce) {
      const rows = ids.slice(start, start + rowsAtOnce);
      await users.query(
        `INSERT INTO users (id, email, name, role, password_hash, created_at)
         SELECT new.id, CONCAT(new.id, '@example.org'), name, role, password_hash, created_at
         FROM users JOIN (${rows.map(() => 'SELECT ? AS id').join(' UNION ALL ')}) AS new WHERE users.id = ?`,
        [...rows, registered.id],
      );
    }
    const [keys] = await users.query("SELECT private_jwk FROM signing_keys WHERE purpose = 'access-tokens'");
    const [{ private_jwk }] = keys as [{ private_jwk: string }];
    const tokenOf = tokensLike(registered.token as string, JSON.parse(private_jwk) as JsonWebKey);
    return ids.map((id) => ({ id, token: tokenOf(id) }));
  } finally {
    await users.end();
  }
}

/** Access tokens as `users` would sign them at this moment: a JWT like this one (RFC 7519), for somebody else. */
function tokensLike(token: string, jwk: JsonWebKey): (id: string) => string {
  const [header = '', claims = ''] = token.split('.');
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const like = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  return (sub) => {
    const theirs = Buffer.from(JSON.stringify({ ...like, sub, sid: randomUUID() })).toString('base64url');
    const signed = `${header}.${theirs}`;
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
  };
}
