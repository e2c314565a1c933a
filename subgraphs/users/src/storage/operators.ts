import type { EntityManager } from 'typeorm';
import type { User } from '../domain/account.ts';
import { accounts } from './entities.ts';
import { shown } from './accounts.ts';

/**
 * SETTINGS marks an operator named by the settings, whose role ends when the settings name somebody else. All other roles end by
 * hand.
 */
export type RoleFrom = 'SETTINGS' | null;

/** All operators, in the order in which their accounts were made. */
export const findOperators = (manager: EntityManager): Promise<User[]> =>
  manager.find(accounts, { select: shown, where: { role: 'OPERATOR' }, order: { id: 'ASC' } });

/** All members of staff, in the order in which their accounts were made. */
export const findStaff = (manager: EntityManager): Promise<User[]> =>
  manager.find(accounts, { select: shown, where: { role: 'STAFF' }, order: { id: 'ASC' } });

/** The operators named by the settings, locked until the transaction ends. */
export async function lockOperatorsOfSettings(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    "SELECT id FROM users WHERE role = 'OPERATOR' AND role_from = 'SETTINGS' ORDER BY id FOR UPDATE",
  );
  return rows.map(({ id }) => id);
}

/** Where the role of an account comes from. This transaction must have locked the account. */
export async function findRoleFrom(manager: EntityManager, id: string): Promise<RoleFrom> {
  const [row] = await manager.query<{ role_from: RoleFrom }[]>('SELECT role_from FROM users WHERE id = ?', [
    id,
  ]);
  return row?.role_from ?? null;
}

export async function storeRole(
  manager: EntityManager,
  id: string,
  { role, from }: { role: User['role']; from: RoleFrom },
): Promise<void> {
  await manager.query('UPDATE users SET role = ?, role_from = ? WHERE id = ?', [role, from, id]);
}
