import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { userOf } from '../domain/account.ts';
import type { User } from '../domain/account.ts';
import { knownEmail } from '../registration.ts';
import { lockAccount } from '../storage/accounts.ts';
import { storeRole } from '../storage/operators.ts';
import { endSessions } from '../storage/sessions.ts';
import { unconfirmed } from './unconfirmed.ts';

/**
 * Makes the account with this e-mail address an operator's. Its sessions end, so that nobody who has one, rightly or not, becomes
 * an operator; its password stays, so the address must be confirmed. An account that is an operator's already stays as it is, and
 * keeps its sessions.
 */
export async function addOperator(
  outbox: Outbox,
  acting: Acting,
  typedEmail: string,
  now: Date,
): Promise<User | Refusal<'NOT_FOUND' | 'EMAIL_NOT_CONFIRMED'>> {
  const email = knownEmail(typedEmail);
  if (email === null) return noAccount();
  return act(outbox, acting, async ({ manager }) => {
    const found = await lockAccount(manager, email);
    if (found === null) return noAccount();
    if (found.role === 'OPERATOR') return { answer: userOf(found) };
    if (found.emailConfirmedAt === null) return unconfirmed();
    await storeRole(manager, found.id, { role: 'OPERATOR', from: null });
    await endSessions(manager, { userId: found.id }, now);
    const [before, after] = [{ role: found.role }, { role: 'OPERATOR' as const }];
    return { answer: { ...userOf(found), ...after }, subjectId: found.id, before, after };
  });
}

const noAccount = () =>
  refuse('NOT_FOUND', 'There is no account with this e-mail address. The person has to register first.');
