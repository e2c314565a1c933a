import { forgetEventsAbout } from '@frontrow/events/forget-user';
import { insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager } from 'typeorm';
import type { Account } from '../domain/account.ts';

/**
 * Deletes what says whose account this was: name, address, password and sessions, and their copies outside the account. Only the
 * id is left, and nothing leads from it to a person. The sessions, and everything else that belongs to the account, are deleted
 * with its row.
 */
export async function forgetAccount(
  manager: EntityManager,
  { id, email }: Pick<Account, 'id' | 'email'>,
  now: Date,
): Promise<void> {
  await insertMissingRows(manager, 'deleted_users', [{ user_id: id, deleted_at: now }]);
  await manager.query('DELETE FROM users WHERE id = ?', [id]);
  // Replicas of the previous release counted log-ins here, with the address itself; `throttles` has hashes, and only for minutes.
  await manager.query('DELETE FROM log_in_attempts WHERE email = ?', [email]);
  await forgetEventsAbout(manager, id);
}
