import type { PurchasePartsFragment } from '../api/operations.generated.ts';

/** The state of a purchase for its fan. PAID follows paying at once, before the confirmation has come. */
export type Stage = 'PENDING' | 'PAID' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';

type Seen = Pick<PurchasePartsFragment, 'status'> & {
  readonly payment: Pick<NonNullable<PurchasePartsFragment['payment']>, 'status'> | null;
};

export function stageOf({ status, payment }: Seen): Stage {
  return status === 'PENDING' && payment?.status === 'COMPLETED' ? 'PAID' : status;
}

/** The state of the refund of a purchase that was paid and has ended. */
export function refundOf({ status, payment }: Seen): 'NONE' | 'COMING' | 'DONE' {
  if (payment?.status === 'REFUNDED') return 'DONE';
  const isOver = status === 'CANCELLED' || status === 'EXPIRED';
  return isOver && payment?.status === 'COMPLETED' ? 'COMING' : 'NONE';
}
