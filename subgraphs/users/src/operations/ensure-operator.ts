import { userRegistered } from '@frontrow/events/contracts/users';
import { onBehalfOf, record } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { hashPassword, isPassword } from '../credentials/password.ts';
import { insertAccount, lockAccount, makeOperator } from '../storage/accounts.ts';
import { findRoleFrom, storeRole } from '../storage/operators.ts';
import { endSessions } from '../storage/sessions.ts';
import { endFormerOperators } from './end-operator.ts';

const name = 'Operator';
const locale = 'en';

/**
 * Makes the operator's account as the settings say, or brings it up to date, and ends the operators that earlier settings named.
 * Every replica does this when it starts.
 */
export async function ensureOperator(
  outbox: Outbox,
  { email, password }: { email: string; password: string },
  now: Date,
): Promise<void> {
  const id = newId();
  const passwordHash = await hashPassword(password);
  const adding = onBehalfOf('SETTINGS', 'addOperator');
  await outbox.transaction(async (tx) => {
    const inserted = await insertAccount(tx.manager, {
      id,
      email,
      name,
      role: 'OPERATOR',
      passwordHash,
      createdAt: now,
      locale,
      emailConfirmedAt: null,
    });
    const found = await lockAccount(tx.manager, email);
    if (found === null) return; // it was deleted at this moment, which nobody does to the operator of a running system
    if (inserted === 'inserted') tx.emit(userRegistered.about(id, { userId: id, name, email, locale }));
    else if (found.role !== 'OPERATOR' || !(await isPassword(password, found.passwordHash))) {
      await makeOperator(tx.manager, found.id, passwordHash);
      // Whoever had the account with another password may be a fan who took the address first, or a thief.
      await endSessions(tx.manager, { userId: found.id }, now);
    }
    if ((await findRoleFrom(tx.manager, found.id)) !== 'SETTINGS') {
      await storeRole(tx.manager, found.id, { role: 'OPERATOR', from: 'SETTINGS' });
      const before = inserted === 'inserted' ? null : { role: found.role };
      record(tx, adding, { subjectId: found.id, before, after: { role: 'OPERATOR' } });
    }
    await endFormerOperators(tx, found.id, () => onBehalfOf('SETTINGS', 'endOperator'), now);
  });
}
