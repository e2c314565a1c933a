import { EntitySchema, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { affectedRows } from '@frontrow/kit/database';
import type { Movement } from '../domain/ledger.ts';
import type { Wallet } from '../domain/wallet.ts';
import { bigint, id } from './columns.ts';
import { insertLines } from './ledger-lines.ts';

export const wallets = new EntitySchema<Wallet>({
  name: 'wallets',
  columns: {
    userId: { ...id('user_id'), primary: true },
    balance: bigint('balance'),
  },
});

/** Makes the fan's wallet, empty; does nothing when there is one. */
export async function insertWallet(manager: EntityManager, userId: string, createdAt: Date): Promise<void> {
  await manager.query('INSERT IGNORE INTO wallets (user_id, balance, created_at) VALUES (?, 0, ?)', [
    userId,
    createdAt,
  ]);
}

export const findWallets = (manager: EntityManager, userIds: readonly string[]): Promise<Wallet[]> =>
  manager.findBy(wallets, { userId: In(userIds) });

export const lockWallet = (manager: EntityManager, userId: string): Promise<Wallet | null> =>
  manager.findOne(wallets, { where: { userId }, lock: { mode: 'pessimistic_write' } });

/** Makes a movement happen: in the balance of the wallet, which must be locked, and in the ledger. */
export async function book(manager: EntityManager, movement: Movement): Promise<void> {
  const { userId, entry } = movement;
  // The lock makes sure that this matches. If that ever broke, points would come from nowhere: better to throw.
  const result: unknown = await manager.query(
    'UPDATE wallets SET balance = ? WHERE user_id = ? AND balance = ?',
    [entry.balanceAfter, userId, entry.balanceAfter - entry.amount],
  );
  if (affectedRows(result) !== 1)
    throw new Error(`the balance of wallet ${userId} is not what was decided on`);
  await insertLines(manager, movement);
}
