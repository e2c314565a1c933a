import { EntitySchema, In, LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { bigint, id, instant, key, optional, text } from '@frontrow/kit/columns';
import { inColumns, insertRows } from '@frontrow/kit/many-rows';
import { linesOf } from '../domain/ledger.ts';
import type { LedgerLine, Movement, PointEntry } from '../domain/ledger.ts';

interface LedgerRow extends LedgerLine {
  /** Lines of one wallet are written under its lock, so their sequence is the order in which its balance changed. */
  readonly sequence: number;
}

/** A wallet's line, with its place in the wallet's history. */
export type HistoryEntry = PointEntry & Pick<LedgerRow, 'sequence'>;

export const ledgerLines = new EntitySchema<LedgerRow>({
  name: 'ledger_lines',
  columns: {
    sequence: { ...key(bigint('sequence')), generated: 'increment' },
    id: id('id'),
    movementId: id('movement_id'),
    account: text('account'),
    userId: optional(id('user_id')),
    kind: text('kind'),
    amount: bigint('amount'),
    balanceAfter: optional(bigint('balance_after')),
    paymentId: optional(id('payment_id')),
    createdAt: instant('created_at'),
  },
});

/** Inserts the lines of movements. Movements of one wallet must be in the order in which they happened. */
export const insertLines = (manager: EntityManager, movements: readonly Movement[]): Promise<void> =>
  insertRows(manager, 'ledger_lines', movements.flatMap(linesOf).map(inColumns(ledgerLines)));

export const findEntries = (manager: EntityManager, ids: readonly string[]): Promise<PointEntry[]> =>
  manager.findBy(ledgerLines, { id: In(ids), account: 'WALLET' }) as Promise<PointEntry[]>;

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
    // Only the house's lines have no balance, and those belong to no user.
  }) as Promise<HistoryEntry[]>;
