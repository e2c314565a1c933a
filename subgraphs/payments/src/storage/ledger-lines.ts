import { EntitySchema, LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { linesOf } from '../domain/ledger.ts';
import type { LedgerLine, Movement, PointEntry } from '../domain/ledger.ts';
import { bigint, id, instant, optional } from './columns.ts';

interface LedgerRow extends LedgerLine {
  /** Lines of one wallet are written under its lock, so this is the order in which its balance changed. */
  readonly sequence: number;
}

/** A wallet's line, and its place in the wallet's history. */
export type HistoryEntry = PointEntry & Pick<LedgerRow, 'sequence'>;

export const ledgerLines = new EntitySchema<LedgerRow>({
  name: 'ledger_lines',
  columns: {
    sequence: { ...bigint('sequence'), primary: true, generated: 'increment' },
    id: id('id'),
    movementId: id('movement_id'),
    account: { type: 'enum', enum: ['WALLET', 'HOUSE'] },
    userId: optional(id('user_id')),
    kind: { type: 'enum', enum: ['CHARGE', 'PAYMENT', 'REFUND'] },
    amount: bigint('amount'),
    balanceAfter: optional(bigint('balance_after')),
    paymentId: optional(id('payment_id')),
    createdAt: instant('created_at'),
  },
});

export async function insertLines(manager: EntityManager, movement: Movement): Promise<void> {
  const lines = linesOf(movement);
  await manager.createQueryBuilder().insert().into(ledgerLines).values(lines).updateEntity(false).execute();
}

/** @throws when there is none */
export const getEntry = (manager: EntityManager, id: string): Promise<PointEntry> =>
  manager.findOneByOrFail(ledgerLines, { id, account: 'WALLET' }) as Promise<PointEntry>;

/** The newest entries of a wallet, or the newest of those before `before`. */
export const findHistory = (
  manager: EntityManager,
  userId: string,
  limit: number,
  before: number | undefined,
): Promise<HistoryEntry[]> =>
  manager.find(ledgerLines, {
    where: { userId, ...(before !== undefined && { sequence: LessThan(before) }) },
    order: { sequence: 'DESC' },
    take: limit,
    // Only the house's lines have no balance, and they belong to no user.
  }) as Promise<HistoryEntry[]>;
