import { userRegistered } from '@frontrow/events/contracts/users';
import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { clientName } from '../client-name.ts';
import { hashPassword } from '../credentials/password.ts';
import { newRefreshToken } from '../credentials/refresh-token.ts';
import type { User } from '../domain/account.ts';
import type { OpenSession } from '../domain/session.ts';
import { registrationThrottles } from '../domain/throttles.ts';
import type { Registration } from '../registration.ts';
import { findAccount, insertAccount } from '../storage/accounts.ts';
import { insertSession } from '../storage/sessions.ts';
import { takeAll } from '../storage/throttles.ts';
import { addressOf } from './caller.ts';
import type { Caller, Limits } from './caller.ts';
import { mailLink } from './mail-link.ts';

/**
 * Registers a caller whose network address has not made too many accounts. A registration that is refused for its e-mail address
 * counts as well, because it reveals who has an account.
 * @throws RATE_LIMITED while too many passwords are being hashed
 */
export function registerCaller(
  outbox: Outbox,
  registration: Registration,
  { caller, limits, now }: { caller: Caller; limits: Limits; now: Date },
): Promise<OpenSession | Refusal<'EMAIL_TAKEN' | 'TOO_MANY_ATTEMPTS'>> {
  const address = addressOf(caller);
  return limits.passwords.enter(address, async () => {
    const throttles = registrationThrottles(address, limits.addresses);
    const isAllowed =
      throttles.length === 0 || (await outbox.transaction(({ manager }) => takeAll(manager, throttles, now)));
    return isAllowed ? register(outbox, registration, now, caller) : tooManyAccounts();
  });
}

/** Makes a fan's account, opens its first session, and asks for a link to be mailed that confirms the e-mail address. */
export async function register(
  outbox: Outbox,
  { email, password, name, locale }: Registration,
  now: Date,
  caller: Caller = { client: null, viewer: null },
): Promise<OpenSession | Refusal<'EMAIL_TAKEN'>> {
  const role = 'FAN';
  const user: User = { id: newId(), email, name, role, createdAt: now, locale, emailConfirmedAt: null };
  const passwordHash = await hashPassword(password);
  const { token, hash } = newRefreshToken();
  const session: OpenSession = { id: newId(), refreshToken: token, user };
  return outbox.transaction(async (tx) => {
    if ((await insertAccount(tx.manager, { ...user, passwordHash })) === 'email-taken') {
      const holder = await findAccount(tx.manager, email);
      // The account is this call's own: the connection broke during COMMIT, after everything had been carried out.
      return holder?.id === user.id ? session : tx.undo(emailTaken());
    }
    const { client } = caller;
    const opened = { client: clientName(client?.agent), address: addressOf(caller) };
    await insertSession(tx.manager, { id: session.id, userId: user.id, tokenHash: hash, ...opened }, now);
    tx.emit(userRegistered.about(user.id, { userId: user.id, name, email, locale }));
    await mailLink(tx, user, 'EMAIL_CONFIRMATION', now);
    return session;
  });
}

const emailTaken = () => refuse('EMAIL_TAKEN', 'There is an account with this e-mail address already.');
const tooManyAccounts = () =>
  refuse('TOO_MANY_ATTEMPTS', 'Too many accounts have been made from this address. Try again later.', {
    retryable: true,
  });
