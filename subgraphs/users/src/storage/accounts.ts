import { isDuplicate } from '@frontrow/kit/database';
import { In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Account, User } from '../domain/account.ts';
import { accounts } from './entities.ts';

// All columns but the password's hash, which leaves this folder only where a password is verified.
export const shown = {
  ...{ id: true, email: true, name: true, role: true, createdAt: true },
  ...{ locale: true, emailConfirmedAt: true },
} as const;

export const findUsers = (manager: EntityManager, ids: readonly string[]): Promise<User[]> =>
  manager.find(accounts, { select: shown, where: { id: In(ids) } });

export const findUser = (manager: EntityManager, id: string): Promise<User | null> =>
  manager.findOne(accounts, { select: shown, where: { id } });

export const findUserByEmail = (manager: EntityManager, email: string): Promise<User | null> =>
  manager.findOne(accounts, { select: shown, where: { email } });

export const findAccount = (manager: EntityManager, email: string): Promise<Account | null> =>
  manager.findOne(accounts, { where: { email } });

/** Locks the account until the transaction ends. */
export const lockAccount = (manager: EntityManager, email: string): Promise<Account | null> =>
  manager.findOne(accounts, { where: { email }, lock: { mode: 'pessimistic_write' } });

/** Likewise, by its id. */
export const lockAccountOf = (manager: EntityManager, id: string): Promise<Account | null> =>
  manager.findOne(accounts, { where: { id }, lock: { mode: 'pessimistic_write' } });

/** The unique key decides, whatever other replicas do at the same moment. */
export async function insertAccount(
  manager: EntityManager,
  account: Account,
): Promise<'inserted' | 'email-taken'> {
  try {
    await manager.insert(accounts, account);
    return 'inserted';
  } catch (error) {
    if (isDuplicate(error)) return 'email-taken';
    throw error;
  }
}

/** The account must be locked by this transaction. */
export async function storePassword(manager: EntityManager, id: string, passwordHash: string): Promise<void> {
  await manager.update(accounts, { id }, { passwordHash });
}

/** Only the first confirmation is stored. */
export async function storeConfirmation(manager: EntityManager, id: string, now: Date): Promise<void> {
  await manager.update(accounts, { id, emailConfirmedAt: IsNull() }, { emailConfirmedAt: now });
}

export async function makeOperator(manager: EntityManager, id: string, passwordHash: string): Promise<void> {
  await manager.update(accounts, { id }, { role: 'OPERATOR', passwordHash });
}
