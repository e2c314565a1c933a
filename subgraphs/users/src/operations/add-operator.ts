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

/**
 * Makes the account with this address an operator's. Its sessions end: whoever has one of them, rightly or not, does not become
 * an operator by that. One that is an operator's stays as it is, and so do its sessions.
 */
export async function addOperator(
  outbox: Outbox,
  acting: Acting,
  typedEmail: string,
  now: Date,
): Promise<User | Refusal<'NOT_FOUND'>> {
  const email = knownEmail(typedEmail);
  if (email === null) return noAccount();
  return act(outbox, acting, async ({ manager }) => {
    const found = await lockAccount(manager, email);
    if (found === null) return noAccount();
    const [before, after] = [{ role: found.role }, { role: 'OPERATOR' as const }];
    if (found.role !== 'OPERATOR') {
      await storeRole(manager, found.id, { role: 'OPERATOR', from: null });
      await endSessions(manager, { userId: found.id }, now);
    }
    return { answer: { ...userOf(found), ...after }, subjectId: found.id, before, after };
  });
}

const noAccount = () =>
  refuse('NOT_FOUND', 'There is no account with this e-mail address: it has to be registered first.');
