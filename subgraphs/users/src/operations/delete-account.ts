import { userDeleted } from '@frontrow/events/contracts/users';
import type { Outbox } from '@frontrow/events/outbox';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { isPassword } from '../credentials/password.ts';
import { findAccount, findUser, lockAccount } from '../storage/accounts.ts';
import { forgetAccount } from '../storage/deletions.ts';
import { giveBackAll } from '../storage/throttles.ts';
import { addressOf } from './caller.ts';
import { countAttempt, tooManyAttempts } from './log-in.ts';
import type { Attempt } from './log-in.ts';

export interface DeletedAccount {
  readonly __typename: 'DeletedAccount';
  readonly userId: string;
  readonly deletedAt: Date;
}

export interface Deletion {
  readonly userId: string;
  readonly password: string;
  /** Whether the fan says that what the account still has may be lost. */
  readonly acceptsLoss: boolean;
}

type Refused = 'LOSS_NOT_ACCEPTED' | 'INVALID_CREDENTIALS' | 'TOO_MANY_ATTEMPTS' | 'OPERATORS_STAY';

/**
 * Deletes the account of whoever knows its password, and tells everybody to forget it. Whether there is something to lose is
 * known by others only, and nobody is asked: so the fan has to say that it may be.
 * @throws RATE_LIMITED while too many passwords are being hashed
 */
export async function deleteAccount(
  outbox: Outbox,
  { userId, password, acceptsLoss }: Deletion,
  attempt: Attempt,
): Promise<DeletedAccount | Refusal<Refused>> {
  if (!acceptsLoss) return lossNotAccepted();
  const { caller, limits, now } = attempt;
  return limits.passwords.enter(addressOf(caller), async () => {
    const user = await findUser(outbox.database.manager, userId);
    if (user === null) return deleted(userId, now); // deleted before, and the answer was lost
    // As at log-in, so that whoever finds an open session cannot guess the password here instead.
    const throttles = await countAttempt(outbox, { email: user.email, account: user }, attempt);
    if (throttles === null) return tooManyAttempts();
    const verified = await findAccount(outbox.database.manager, user.email);
    if (!(await isPassword(password, verified?.passwordHash))) return wrongPassword();
    return outbox.transaction(async (tx) => {
      const found = await lockAccount(tx.manager, user.email);
      if (found?.id !== userId) return deleted(userId, now); // this one committed, and did not hear of it
      if (found.passwordHash !== verified?.passwordHash) return wrongPassword();
      await giveBackAll(tx.manager, throttles);
      if (found.role === 'OPERATOR') return operatorsStay();
      await forgetAccount(tx.manager, found, now);
      tx.emit(userDeleted.about(userId, { userId, deletedAt: now.toISOString() }));
      return deleted(userId, now);
    });
  });
}

const deleted = (userId: string, deletedAt: Date): DeletedAccount => ({
  __typename: 'DeletedAccount',
  userId,
  deletedAt,
});
const lossNotAccepted = () =>
  refuse('LOSS_NOT_ACCEPTED', 'What the account still has is lost with it: say that it may be.');
const wrongPassword = () => refuse('INVALID_CREDENTIALS', 'This is not the password of the account.');
const operatorsStay = () =>
  refuse('OPERATORS_STAY', 'The account is an operator’s: another operator has to end that first.');
