import { forgetEventsAbout } from '@frontrow/events/forget-user';
import { insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager } from 'typeorm';
import type { Account } from '../domain/account.ts';

/**
 * Forgets whose account this was: name, address, password and sessions, also where they are kept besides the account. What is
 * left is the id, which by then leads to nobody. The sessions, and all that hangs on the account, go with its row.
 */
export async function forgetAccount(
  manager: EntityManager,
  { id, email }: Pick<Account, 'id' | 'email'>,
  now: Date,
): Promise<void> {
  await insertMissingRows(manager, 'deleted_users', [{ user_id: id, deleted_at: now }]);
  await manager.query('DELETE FROM users WHERE id = ?', [id]);
  // Replicas of the release before counted log-ins here, by the address itself; `throttles` has hashes, for minutes.
  await manager.query('DELETE FROM log_in_attempts WHERE email = ?', [email]);
  await forgetEventsAbout(manager, id);
}
