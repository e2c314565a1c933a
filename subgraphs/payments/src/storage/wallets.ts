import { EntitySchema, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { bigint, id, key } from '@frontrow/kit/columns';
import { columnsOf, insertMissingRows, updateRows } from '@frontrow/kit/many-rows';
import type { Movement } from '../domain/ledger.ts';
import type { Wallet } from '../domain/wallet.ts';
import { insertLines } from './ledger-lines.ts';

export const wallets = new EntitySchema<Wallet>({
  name: 'wallets',
  columns: {
    userId: key(id('user_id')),
    balance: bigint('balance'),
  },
});

/** Makes empty wallets; a fan who has a wallet keeps it. */
export const insertWallets = (
  manager: EntityManager,
  made: readonly { readonly userId: string; readonly createdAt: Date }[],
): Promise<void> =>
  insertMissingRows(
    manager,
    'wallets',
    made
      .map(({ userId, createdAt }) => ({ user_id: userId, balance: 0, created_at: createdAt }))
      .sort((one, other) => (one.user_id < other.user_id ? -1 : 1)),
  );

export const findWallets = (manager: EntityManager, userIds: readonly string[]): Promise<Wallet[]> =>
  manager.findBy(wallets, { userId: In(userIds) });

/**
 * Locks wallets in the order of their ids. A transaction that locks payables as well must lock those first.
 * @param lock 'skip' leaves out rows that another transaction has locked
 */
export async function lockWallets(
  manager: EntityManager,
  userIds: readonly string[],
  lock: 'wait' | 'skip' = 'wait',
): Promise<Wallet[]> {
  if (userIds.length === 0) return [];
  const rows = await manager.query<{ userId: string; balance: string }[]>(
    `SELECT ${columnsOf(wallets)} FROM wallets FORCE INDEX (PRIMARY)
     WHERE user_id IN (?) ORDER BY user_id FOR UPDATE ${lock === 'skip' ? 'SKIP LOCKED' : ''}`,
    [userIds],
  );
  return rows.map(({ userId, balance }) => ({ userId, balance: Number(balance) }));
}

/**
 * Carries out movements in their order: changes the balances of the wallets, which must be locked, and writes the ledger.
 * @throws if a balance is not the one that was decided on. The locks rule that out; if they ever failed, points would come from
 * nowhere
 */
export async function book(manager: EntityManager, movements: readonly Movement[]): Promise<void> {
  const before = new Map<string, number>();
  const after = new Map<string, number>();
  for (const { userId, entry } of movements) {
    if (!before.has(userId)) before.set(userId, entry.balanceAfter - entry.amount);
    after.set(userId, entry.balanceAfter);
  }
  const rows = (balances: ReadonlyMap<string, number>) =>
    [...balances].map(([userId, balance]) => ({ user_id: userId, balance }));
  await updateRows(manager, 'wallets', 'user_id', rows(after), rows(before));
  await insertLines(manager, movements);
}
