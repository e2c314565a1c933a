import type { Movement } from './ledger.ts';
import type { Payable } from './payable.ts';
import type { Wallet } from './wallet.ts';

/**
 * The payables and wallets that a transaction has found and locked. Several decisions are entered here one after the other; each
 * finds what those before it have left. All that has changed by the end is stored together.
 */
export class Books {
  readonly #payables: Map<string, Payable>;
  readonly #wallets: Map<string, Wallet>;
  readonly #changed = new Set<string>();
  readonly #movements: Movement[] = [];

  constructor(payables: readonly Payable[], wallets: readonly Wallet[]) {
    this.#payables = new Map(payables.map((payable) => [payable.reservationId, payable]));
    this.#wallets = new Map(wallets.map((wallet) => [wallet.userId, wallet]));
  }

  payable(reservationId: string): Payable | null {
    return this.#payables.get(reservationId) ?? null;
  }

  wallet(userId: string): Wallet | null {
    return this.#wallets.get(userId) ?? null;
  }

  change(payable: Payable): void {
    this.#payables.set(payable.reservationId, payable);
    this.#changed.add(payable.reservationId);
  }

  /** @param movement undefined if no points move */
  move(movement: Movement | undefined): void {
    if (movement === undefined) return;
    const { userId, entry } = movement;
    this.#wallets.set(userId, { userId, balance: entry.balanceAfter });
    this.#movements.push(movement);
  }

  get changed(): Payable[] {
    return [...this.#changed].map((id) => this.#payables.get(id) as Payable);
  }

  /** In the order in which they happen. */
  get movements(): readonly Movement[] {
    return this.#movements;
  }
}
