import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { move } from './ledger.ts';
import type { Movement, MovementIds } from './ledger.ts';
import { walletNotReady } from './wallet.ts';
import type { Wallet } from './wallet.ts';

/** The most points that one charge may bring. */
const maxCharge = 10_000_000;
/** The balance up to which charges may fill a wallet. A refund is never refused, so a wallet can come to have more. */
const maxBalance = 2_000_000_000;

export type ChargeRefusal = Refusal<'AMOUNT_OUT_OF_RANGE' | 'NOT_READY_YET'>;

export function decideCharge(
  wallet: Wallet | null,
  amount: number,
  now: Date,
  ids: MovementIds,
): Movement | ChargeRefusal {
  if (amount < 1 || amount > maxCharge) {
    return refuse('AMOUNT_OUT_OF_RANGE', `A charge must be from 1 to ${String(maxCharge)} points.`);
  }
  if (wallet === null) return walletNotReady();
  if (wallet.balance + amount > maxBalance) {
    return refuse('AMOUNT_OUT_OF_RANGE', `A wallet can be charged up to ${String(maxBalance)} points.`);
  }
  return move(wallet, { kind: 'CHARGE', amount, paymentId: null }, now, ids);
}
