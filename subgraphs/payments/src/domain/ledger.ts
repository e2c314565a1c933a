import type { Wallet } from './wallet.ts';

export type EntryKind = 'CHARGE' | 'PAYMENT' | 'REFUND';

/** A movement's line in the ledger of the wallet, as its fan sees it. */
export interface PointEntry {
  readonly id: string;
  /** The owner of the wallet. */
  readonly userId: string;
  readonly kind: EntryKind;
  /** Negative if points left the wallet. */
  readonly amount: number;
  readonly balanceAfter: number;
  readonly paymentId: string | null;
  readonly createdAt: Date;
}

/**
 * Points that go from the house into a wallet, or from the wallet to the house if the amount is negative. The amount is never 0.
 */
export interface Movement {
  readonly id: string;
  readonly userId: string;
  readonly entry: PointEntry;
  readonly houseLineId: string;
}

export interface MovementIds {
  readonly movementId: string;
  readonly entryId: string;
  readonly houseLineId: string;
}

export function move(
  wallet: Wallet,
  points: { kind: EntryKind; amount: number; paymentId: string | null },
  now: Date,
  ids: MovementIds,
): Movement {
  return {
    id: ids.movementId,
    userId: wallet.userId,
    entry: {
      id: ids.entryId,
      userId: wallet.userId,
      ...points,
      balanceAfter: wallet.balance + points.amount,
      createdAt: now,
    },
    houseLineId: ids.houseLineId,
  };
}

/**
 * A row of the ledger. The house's balance is the sum of its lines. If it were kept in a row, all movements would wait for that
 * row.
 */
export interface LedgerLine {
  readonly id: string;
  readonly movementId: string;
  readonly account: 'WALLET' | 'HOUSE';
  readonly userId: string | null;
  readonly kind: EntryKind;
  readonly amount: number;
  readonly balanceAfter: number | null;
  readonly paymentId: string | null;
  readonly createdAt: Date;
}

/** Double entry: what one account gains, the other loses. */
export function linesOf({ id, userId, entry, houseLineId }: Movement): [LedgerLine, LedgerLine] {
  const line = { ...entry, movementId: id };
  return [
    { ...line, account: 'WALLET', userId },
    { ...line, account: 'HOUSE', id: houseLineId, userId: null, amount: -entry.amount, balanceAfter: null },
  ];
}
