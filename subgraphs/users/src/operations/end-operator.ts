import { act, record } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox, Transaction } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { userOf } from '../domain/account.ts';
import type { Account, User } from '../domain/account.ts';
import { lockAccountOf } from '../storage/accounts.ts';
import { findRoleFrom, lockOperatorsOfSettings, storeRole } from '../storage/operators.ts';
import { endSessions } from '../storage/sessions.ts';

/**
 * Makes an operator a fan again, at once: their sessions end, and with them the access tokens that say OPERATOR. The operator
 * named by the settings cannot be ended like this, so there is always one.
 */
export function endOperator(
  outbox: Outbox,
  acting: Acting,
  id: string,
  now: Date,
): Promise<User | Refusal<'NOT_FOUND' | 'OPERATOR_OF_SETTINGS'>> {
  // If an earlier run ended the role and the answer to its COMMIT was lost, this run finds a fan, which is no reason to refuse.
  let wasOperator = false;
  return act(outbox, acting, async (tx) => {
    const found = isId(id) ? await lockAccountOf(tx.manager, id) : null;
    if (wasOperator && found?.role === 'FAN') return { answer: userOf(found) };
    if (found?.role !== 'OPERATOR') return refuse('NOT_FOUND', 'There is no such operator.');
    if ((await findRoleFrom(tx.manager, id)) === 'SETTINGS') {
      return refuse(
        'OPERATOR_OF_SETTINGS',
        'This is the operator of the settings until OPERATOR_EMAIL names another.',
      );
    }
    wasOperator = true;
    return { answer: await dismiss(tx, found, now), ...change(id) };
  });
}

/** Ends the operators that earlier settings named. The log says that the present settings did so. */
export async function endFormerOperators(
  tx: Transaction,
  present: string,
  actingFor: () => Acting,
  now: Date,
): Promise<void> {
  for (const id of await lockOperatorsOfSettings(tx.manager)) {
    if (id === present) continue;
    await storeRole(tx.manager, id, { role: 'FAN', from: null });
    await endSessions(tx.manager, { userId: id }, now);
    record(tx, actingFor(), change(id));
  }
}

async function dismiss({ manager }: Transaction, found: Account, now: Date): Promise<User> {
  await storeRole(manager, found.id, { role: 'FAN', from: null });
  await endSessions(manager, { userId: found.id }, now);
  return { ...userOf(found), role: 'FAN' };
}

const change = (id: string) => ({ subjectId: id, before: { role: 'OPERATOR' }, after: { role: 'FAN' } });
