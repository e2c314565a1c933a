import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { EntityManager } from 'typeorm';
import { userOf } from '../domain/account.ts';
import type { Account, Role, User } from '../domain/account.ts';
import { knownEmail } from '../registration.ts';
import { lockAccount, lockAccountOf } from '../storage/accounts.ts';
import { storeRole } from '../storage/operators.ts';
import { endSessions } from '../storage/sessions.ts';
import { unconfirmed } from './unconfirmed.ts';

/**
 * Makes the person with this e-mail address a member of staff. Their sessions end, as with `addOperator`, because the old tokens
 * say FAN, and the address must be confirmed. Somebody who is staff already keeps their sessions. An operator cannot become staff
 * by mistake.
 */
export async function addStaff(
  outbox: Outbox,
  acting: Acting,
  typedEmail: string,
  now: Date,
): Promise<User | Refusal<'NOT_FOUND' | 'OPERATORS_STAY' | 'EMAIL_NOT_CONFIRMED'>> {
  const email = knownEmail(typedEmail);
  if (email === null) return noAccount();
  return act(outbox, acting, async ({ manager }) => {
    const found = await lockAccount(manager, email);
    if (found === null) return noAccount();
    if (found.role === 'OPERATOR') {
      return refuse(
        'OPERATORS_STAY',
        'This is the account of an operator. Another operator has to end that role first.',
      );
    }
    if (found.role === 'STAFF') return { answer: userOf(found) };
    if (found.emailConfirmedAt === null) return unconfirmed();
    return changeRole(manager, found, 'STAFF', now);
  });
}

/** Makes a member of staff a fan again, at once: their sessions end, and with them the access tokens that say STAFF. */
export function endStaff(
  outbox: Outbox,
  acting: Acting,
  id: string,
  now: Date,
): Promise<User | Refusal<'NOT_FOUND'>> {
  // If an earlier run ended the role and the answer to its COMMIT was lost, this run finds a fan, which is no reason to refuse.
  let wasStaff = false;
  return act(outbox, acting, async ({ manager }) => {
    const found = isId(id) ? await lockAccountOf(manager, id) : null;
    if (wasStaff && found?.role === 'FAN') return { answer: userOf(found) };
    if (found?.role !== 'STAFF') return refuse('NOT_FOUND', 'There is no such member of staff.');
    wasStaff = true;
    return changeRole(manager, found, 'FAN', now);
  });
}

async function changeRole(manager: EntityManager, found: Account, role: Role, now: Date) {
  await storeRole(manager, found.id, { role, from: null });
  await endSessions(manager, { userId: found.id }, now);
  const answer: User = { ...userOf(found), role };
  return { answer, subjectId: found.id, before: { role: found.role }, after: { role } };
}

const noAccount = () =>
  refuse('NOT_FOUND', 'There is no account with this e-mail address. The person has to register first.');
