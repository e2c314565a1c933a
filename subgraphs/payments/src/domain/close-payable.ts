import type { NewEvent } from '@frontrow/events/contract';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { unreachable } from '@frontrow/kit/unreachable';
import { move } from './ledger.ts';
import type { Movement, MovementIds } from './ledger.ts';
import type { ClosedPayable, Payable } from './payable.ts';
import type { CompletedPayment, RefundedPayment } from './payment.ts';
import type { Wallet } from './wallet.ts';

/** The news that a reservation has ended, or cannot be confirmed. */
export interface ReservationEnded {
  readonly reservationId: string;
  /** Unknown where the news is an answer to a payment of ours. */
  readonly userId: string | undefined;
  readonly reason: ReservationEnd;
}

export type Closing =
  | { readonly kind: 'nothing' }
  /** The news came before that of the creation, which must find that it is too late. */
  | { readonly kind: 'leave-tombstone'; readonly payable: ClosedPayable }
  | { readonly kind: 'close'; readonly payable: ClosedPayable }
  /** The fan paid for it: see `refund`. */
  | { readonly kind: 'close-and-refund'; readonly payable: ClosedPayable };

/**
 * Decides what the end of a reservation does to its payable, in any state it may be found in. The news may come twice,
 * and several kinds of it may come for one reservation: only the one that finds it PAID gives the points back.
 */
export function closePayable(found: Payable | null, ended: ReservationEnded): Closing {
  const { reservationId, userId = found?.userId, reason } = ended;
  if (userId === undefined) return { kind: 'nothing' };
  const payable: ClosedPayable = { status: 'CLOSED', reservationId, userId, reason };
  if (found === null) return { kind: 'leave-tombstone', payable };
  switch (found.status) {
    case 'OPEN':
      return { kind: 'close', payable };
    case 'PAID':
      return { kind: 'close-and-refund', payable };
    case 'FAILED': // its end is what our payment.failed asked for
    case 'CLOSED':
      return { kind: 'nothing' };
    default:
      return unreachable(found);
  }
}

export interface Refund {
  readonly payment: RefundedPayment;
  /** Undefined where the seats were free: nothing was taken. */
  readonly movement: Movement | undefined;
  readonly event: NewEvent;
}

/** The points go back to where they came from. A refund is never refused, however full the wallet is. */
export function refund(
  paid: CompletedPayment,
  wallet: Wallet,
  reason: ReservationEnd,
  now: Date,
  ids: MovementIds,
): Refund {
  const { id: paymentId, reservationId, userId, amount } = paid;
  return {
    payment: { ...paid, status: 'REFUNDED', refundedAt: now, refundReason: reason },
    movement: amount === 0 ? undefined : move(wallet, { kind: 'REFUND', amount, paymentId }, now, ids),
    event: paymentRefunded.about(reservationId, { paymentId, reservationId, userId, amount, reason }),
  };
}
