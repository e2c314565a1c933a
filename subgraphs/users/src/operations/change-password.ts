import type { Outbox } from '@frontrow/events/outbox';
import { unauthenticated } from '@frontrow/kit/errors';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Viewer } from '@frontrow/kit/viewer';
import { hashPassword, isPassword } from '../credentials/password.ts';
import { userOf } from '../domain/account.ts';
import type { User } from '../domain/account.ts';
import { findAccount, findUser, lockAccountOf, storePassword } from '../storage/accounts.ts';
import { voidResetLinks } from '../storage/mailed-links.ts';
import { endOthersOf, isOpen } from '../storage/sessions.ts';
import { giveBackAll } from '../storage/throttles.ts';
import { addressOf } from './caller.ts';
import { countAttempt, tooManyAttempts } from './log-in.ts';
import type { Attempt } from './log-in.ts';

export interface PasswordChange {
  readonly currentPassword: string;
  /** A password that has been checked already. */
  readonly newPassword: string;
}

/**
 * Changes the password of the viewer's account and ends its other sessions, so that whoever opened one with the old password is
 * out.
 * @throws RATE_LIMITED while too many passwords are being hashed; UNAUTHENTICATED if the session of the request is over
 */
export async function changePassword(
  outbox: Outbox,
  viewer: Viewer,
  { currentPassword, newPassword }: PasswordChange,
  attempt: Attempt,
): Promise<User | Refusal<'INVALID_CREDENTIALS' | 'TOO_MANY_ATTEMPTS'>> {
  const { caller, limits, now } = attempt;
  return limits.passwords.enter(addressOf(caller), async () => {
    const user = await findUser(outbox.database.manager, viewer.id);
    if (user === null) throw sessionOver();
    // Attempts count as at log-in, so that whoever finds an open session cannot guess the password here instead.
    const throttles = await countAttempt(outbox, { email: user.email, account: user }, attempt);
    if (throttles === null) return tooManyAttempts();
    const verified = await findAccount(outbox.database.manager, user.email);
    if (!(await isPassword(currentPassword, verified?.passwordHash))) return wrongPassword();
    const passwordHash = await hashPassword(newPassword);
    return outbox.transaction(async ({ manager }) => {
      const found = await lockAccountOf(manager, viewer.id);
      if (found === null || !(await isOpen(manager, viewer, now))) throw sessionOver();
      if (found.passwordHash === passwordHash) return userOf(found); // an earlier run committed, but its answer was lost
      if (found.passwordHash !== verified?.passwordHash) return wrongPassword();
      await storePassword(manager, found.id, passwordHash);
      await voidResetLinks(manager, found.id, viewer.sessionId);
      await endOthersOf(manager, viewer, now);
      await giveBackAll(manager, throttles);
      return userOf(found);
    });
  });
}

const sessionOver = () => unauthenticated('The session of this access token is over. Log in again.');
const wrongPassword = () => refuse('INVALID_CREDENTIALS', 'This is not the password of the account.');
