import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';

/**
 * Argon2id (the library's default) with 19 MiB, two passes, one lane.
 * Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const parameters = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

// A hash occupies one of libuv's four threads. If passwords could take all four, signing and verifying tokens and resolving
// names, which need them too, would wait behind every password of a rush of registrations.
const inTurn = pLimit(2);

// Keyboards differ in how they compose Hangul and accents. Passwords that look the same must be the same.
// Source: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
const normalised = (password: string) => password.normalize('NFKC');

/** Argon2id in PHC string format. It takes tens of ms of a core, so never call it in a transaction that has locked what others wait for. */
export const hashPassword = (password: string): Promise<string> =>
  inTurn(() => hash(normalised(password), parameters));

/** The hash of a password that nobody has. */
const decoy = await hashPassword(randomBytes(32).toString('base64url'));

/**
 * Whether the password belongs to the hash. If there is no hash, the refusal takes just as long, so that the time of an answer
 * does not tell whether there is an account.
 */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await inTurn(() => verify(passwordHash ?? decoy, normalised(password)));
  return matches && passwordHash !== undefined;
}
