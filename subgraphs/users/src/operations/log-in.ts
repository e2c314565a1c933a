import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { EntityManager } from 'typeorm';
import { clientName } from '../client-name.ts';
import { isPassword } from '../credentials/password.ts';
import { newRefreshToken } from '../credentials/refresh-token.ts';
import { userOf } from '../domain/account.ts';
import type { Account } from '../domain/account.ts';
import type { OpenSession } from '../domain/session.ts';
import { logInThrottles } from '../domain/throttles.ts';
import type { Familiarity, Throttle } from '../domain/throttles.ts';
import { knownEmail } from '../registration.ts';
import { findAccount, lockAccount } from '../storage/accounts.ts';
import { insertSession, isOpen, wasOpenedFrom } from '../storage/sessions.ts';
import { giveBackAll, takeAll } from '../storage/throttles.ts';
import { addressOf } from './caller.ts';
import type { Caller, Limits } from './caller.ts';

type Outcome = OpenSession | Refusal<'INVALID_CREDENTIALS' | 'TOO_MANY_ATTEMPTS'>;

/** Who tries to prove their identity with a password, and when. */
export interface Attempt {
  readonly caller: Caller;
  readonly limits: Limits;
  readonly now: Date;
}

/**
 * Opens a session for somebody who knows the password.
 * @throws RATE_LIMITED while too many passwords are being hashed
 */
export async function logIn(
  outbox: Outbox,
  typed: { email: string; password: string },
  attempt: Attempt,
): Promise<Outcome> {
  const { caller, limits, now } = attempt;
  const email = knownEmail(typed.email);
  if (email === null) return invalidCredentials();
  const address = addressOf(caller);
  return limits.passwords.enter(address, async (): Promise<Outcome> => {
    const found = await findAccount(outbox.database.manager, email);
    // The attempt is counted before the password is verified, so that guesses made at the same moment all count.
    const throttles = await countAttempt(outbox, { email, account: found }, attempt);
    if (throttles === null) return tooManyAttempts();
    if (!(await isPassword(typed.password, found?.passwordHash))) return invalidCredentials();
    const { token, hash } = newRefreshToken();
    const sessionId = newId();
    return outbox.transaction(async ({ manager }) => {
      const account = await lockAccount(manager, email);
      // The account was deleted, or its password changed, which ended all its sessions. The old password must not open another.
      if (account === null || account.passwordHash !== found?.passwordHash) return invalidCredentials();
      const session = {
        id: sessionId,
        userId: account.id,
        tokenHash: hash,
        client: clientName(caller.client?.agent),
        address,
      };
      const inserted = await insertSession(manager, session, now);
      if (inserted === 'inserted') await giveBackAll(manager, throttles);
      return { id: sessionId, refreshToken: token, user: userOf(account) };
    });
  });
}

/**
 * Counts an attempt to guess the password of this e-mail address.
 * @param account the account with this address, if there is one
 * @returns the throttles that were counted, to be given back if the password was right; null if no attempt is allowed now. If the
 * answer to a COMMIT is lost, an attempt may count twice, which is the safe side
 */
export async function countAttempt(
  outbox: Outbox,
  { email, account }: { email: string; account: Pick<Account, 'id'> | null },
  { caller, limits, now }: Attempt,
): Promise<Throttle[] | null> {
  const familiarity = await familiarityOf(outbox.database.manager, account, caller, now);
  const throttles = logInThrottles(email, addressOf(caller), familiarity, limits.addresses);
  const isAllowed = await outbox.transaction(({ manager }) => takeAll(manager, throttles, now));
  return isAllowed ? throttles : null;
}

/** The nil UUID (RFC 9562), which no account has. */
const nobody = '00000000-0000-0000-0000-000000000000';

async function familiarityOf(
  manager: EntityManager,
  account: Pick<Account, 'id'> | null,
  caller: Caller,
  now: Date,
): Promise<Familiarity> {
  // Without an account the same is asked about nobody's, so that the time of the answer does not tell whether there is one.
  const id = account?.id ?? nobody;
  const { viewer } = caller;
  if (viewer?.id === id && (await isOpen(manager, viewer, now))) {
    return { by: 'SESSION', sessionId: viewer.sessionId };
  }
  return (await wasOpenedFrom(manager, id, addressOf(caller))) ? { by: 'ADDRESS' } : { by: 'NOTHING' };
}

const invalidCredentials = () =>
  refuse('INVALID_CREDENTIALS', 'There is no account with this e-mail address and this password.');
export const tooManyAttempts = () =>
  refuse('TOO_MANY_ATTEMPTS', 'Logging in failed too often. Try again in a few minutes.', {
    retryable: true,
  });
