import type { PurchasePartsFragment } from '../api/operations.generated.ts';

/** Where a purchase stands for its fan. PAID is what follows at once on paying, before everybody has confirmed it. */
export type Stage = 'PENDING' | 'PAID' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';

type Seen = Pick<PurchasePartsFragment, 'status'> & {
  readonly payment: Pick<NonNullable<PurchasePartsFragment['payment']>, 'status'> | null;
};

export function stageOf({ status, payment }: Seen): Stage {
  return status === 'PENDING' && payment?.status === 'COMPLETED' ? 'PAID' : status;
}

/** What became of points that were paid for a purchase which ended. */
export function refundOf({ status, payment }: Seen): 'NONE' | 'COMING' | 'DONE' {
  if (payment?.status === 'REFUNDED') return 'DONE';
  const isOver = status === 'CANCELLED' || status === 'EXPIRED';
  return isOver && payment?.status === 'COMPLETED' ? 'COMING' : 'NONE';
}
