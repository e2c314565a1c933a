import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { isPassword } from '../credentials/password.ts';
import { newRefreshToken } from '../credentials/refresh-token.ts';
import { userOf } from '../domain/account.ts';
import { takeAttempt } from '../domain/attempts.ts';
import type { OpenSession } from '../domain/session.ts';
import { knownEmail } from '../registration.ts';
import { findAccount, lockAccount } from '../storage/accounts.ts';
import { forgetAttempts, lockAttempts, storeAttempts } from '../storage/attempts.ts';
import { insertSession } from '../storage/sessions.ts';

/** Opens a session for whoever knows the password. */
export async function logIn(
  outbox: Outbox,
  typed: { email: string; password: string },
  now: Date,
): Promise<OpenSession | Refusal<'INVALID_CREDENTIALS' | 'TOO_MANY_ATTEMPTS'>> {
  const email = knownEmail(typed.email);
  if (email === null) return invalidCredentials();
  // Counted before the password is looked at: guesses made at the same moment all count.
  if (!(await countAttempt(outbox, email, now))) return tooManyAttempts();
  const verified = await findAccount(outbox.database.manager, email);
  if (!(await isPassword(typed.password, verified?.passwordHash))) return invalidCredentials();
  const { token, hash } = newRefreshToken();
  const sessionId = newId();
  return outbox.transaction(async ({ manager }) => {
    const account = await lockAccount(manager, email);
    // Deleted, or given another password, which ended all its sessions: none may be opened by the old one after that.
    if (account === null || account.passwordHash !== verified?.passwordHash) return invalidCredentials();
    await forgetAttempts(manager, email);
    await insertSession(manager, { id: sessionId, userId: account.id, tokenHash: hash }, now);
    return { id: sessionId, refreshToken: token, user: userOf(account) };
  });
}

/** Whether one more attempt is allowed. A COMMIT whose answer is lost can count it twice, which errs on the safe side. */
export const countAttempt = (outbox: Outbox, email: string, now: Date): Promise<boolean> =>
  outbox.transaction(async ({ manager }) => {
    const attempts = takeAttempt(await lockAttempts(manager, email, now), now);
    if (attempts === null) return false;
    await storeAttempts(manager, email, attempts, now);
    return true;
  });

const invalidCredentials = () =>
  refuse('INVALID_CREDENTIALS', 'There is no account with this e-mail address and this password.');
export const tooManyAttempts = () =>
  refuse('TOO_MANY_ATTEMPTS', 'Logging in to this account failed too often. Try again in some minutes.', {
    retryable: true,
  });
