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
  /** Whether the fan accepts that what the account still has is lost. */
  readonly acceptsLoss: boolean;
}

type Refused = 'LOSS_NOT_ACCEPTED' | 'INVALID_CREDENTIALS' | 'TOO_MANY_ATTEMPTS' | 'OPERATORS_STAY';

/**
 * Deletes the account of a viewer who knows its password, and emits an event so that other services forget it too. Only those
 * services know whether the account still has something to lose, and they are not asked; so the fan has to accept the loss
 * beforehand.
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
    if (user === null) return deleted(userId, now); // an earlier call deleted it, but the answer was lost
    // Attempts count as at log-in, so that whoever finds an open session cannot guess the password here instead.
    const throttles = await countAttempt(outbox, { email: user.email, account: user }, attempt);
    if (throttles === null) return tooManyAttempts();
    const verified = await findAccount(outbox.database.manager, user.email);
    if (!(await isPassword(password, verified?.passwordHash))) return wrongPassword();
    return outbox.transaction(async (tx) => {
      const found = await lockAccount(tx.manager, user.email);
      if (found?.id !== userId) return deleted(userId, now); // an earlier run committed, but its answer was lost
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
  refuse('LOSS_NOT_ACCEPTED', 'What the account still has is lost with it. Confirm that you accept this.');
const wrongPassword = () => refuse('INVALID_CREDENTIALS', 'This is not the password of the account.');
const operatorsStay = () =>
  refuse(
    'OPERATORS_STAY',
    'This is the account of an operator. Another operator has to end that role first.',
  );
