import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { newId } from '@frontrow/kit/ids';
import { Fan } from '../fan.ts';
import type { Stack } from '../stack.ts';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';

export interface Account {
  readonly id: string;
  readonly token: string;
}

const rowsAtOnce = 1_000;
const registered = 'user.registered.v1';

/**
 * Makes thousands of accounts without hashing thousands of passwords, which is meant to be slow. One fan registers, and the
 * others are copies of that row, with tokens of their own that are signed with the key of `users`. Only with `withWallets` do the
 * other services hear of them, through the outbox, so that they get wallets after a moment.
 */
export async function manyAccounts(
  { gatewayUrl, databaseUrl }: Stack,
  count: number,
  { withWallets = false } = {},
): Promise<readonly Account[]> {
  const first = await Fan.register(gatewayUrl);
  const users = await createConnection({ uri: databaseUrl('users'), timezone: 'Z' });
  try {
    const ids = Array.from({ length: count }, () => newId());
    for (let start = 0; start < count; start += rowsAtOnce) {
      const rows = ids.slice(start, start + rowsAtOnce);
      await users.query(
        `INSERT INTO users (id, email, name, role, password_hash, created_at)
         SELECT new.id, CONCAT(new.id, '@example.org'), name, role, password_hash, created_at
         FROM users JOIN (${rows.map(() => 'SELECT ? AS id').join(' UNION ALL ')}) AS new WHERE users.id = ?`,
        [...rows, first.id],
      );
      if (withWallets) await tell(users, rows);
    }
    const [keys] = await users.query("SELECT private_jwk FROM signing_keys WHERE purpose = 'access-tokens'");
    const [{ private_jwk }] = keys as [{ private_jwk: string }];
    const tokenOf = tokensLike(first.token as string, JSON.parse(private_jwk) as JsonWebKey);
    return ids.map((id) => ({ id, token: tokenOf(id) }));
  } finally {
    await users.end();
  }
}

/** Writes to the outbox of `users` that these fans have registered. */
async function tell(users: Connection, ids: readonly string[]): Promise<void> {
  const now = new Date();
  const events = ids.map((userId) => {
    const envelope = {
      specversion: '1.0',
      id: newId(),
      source: '/frontrow/users',
      type: registered,
      subject: userId,
      time: now.toISOString(),
      datacontenttype: 'application/json',
      data: { userId, name: 'Fan', email: `${userId}@example.org`, locale: 'en' },
    };
    return [envelope.id, envelope.type, userId, JSON.stringify(envelope), now];
  });
  await users.query('INSERT INTO outbox (id, type, subject, envelope, created_at) VALUES ?', [events]);
}

/** Access tokens as `users` would sign them at this moment: a JWT like this one (RFC 7519), for another user. */
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
