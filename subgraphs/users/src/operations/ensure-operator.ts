import { userRegistered } from '@frontrow/events/contracts/users';
import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { hashPassword, isPassword } from '../credentials/password.ts';
import { insertAccount, lockAccount, makeOperator } from '../storage/accounts.ts';
import { endSessions } from '../storage/sessions.ts';

const name = 'Operator';

/** Makes the operator's account as the settings say, or brings it up to date. Every replica does so at its start. */
export async function ensureOperator(
  outbox: Outbox,
  { email, password }: { email: string; password: string },
  now: Date,
): Promise<void> {
  const id = newId();
  const passwordHash = await hashPassword(password);
  await outbox.transaction(async (tx) => {
    const inserted = await insertAccount(tx.manager, {
      id,
      email,
      name,
      role: 'OPERATOR',
      passwordHash,
      createdAt: now,
    });
    if (inserted === 'inserted') {
      tx.emit(userRegistered.about(id, { userId: id, name }));
      return;
    }
    const found = await lockAccount(tx.manager, email);
    if (found === null) return; // deleted this moment, which nobody does to the operator of a running system
    if (found.role === 'OPERATOR' && (await isPassword(password, found.passwordHash))) return;
    await makeOperator(tx.manager, found.id, passwordHash);
    // Whoever had the account under another password may be a fan who took the address first, or a thief.
    await endSessions(tx.manager, { userId: found.id }, now);
  });
}
