import type { NewEvent } from '@frontrow/events/contract';
import { toldEnd } from '@frontrow/events/contracts/fields';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { unchanged } from '@frontrow/events/decision';
import type { Decision } from '@frontrow/events/decision';
import { unreachable } from '@frontrow/kit/unreachable';
import { move } from './ledger.ts';
import type { Movement, MovementIds } from './ledger.ts';
import type { Payable } from './payable.ts';
import type { CompletedPayment, RefundedPayment } from './payment.ts';
import type { Wallet } from './wallet.ts';

/** The news that a reservation has ended, or cannot be confirmed. */
export interface ReservationEnded {
  readonly reservationId: string;
  /** Unknown where the news is an answer to a payment of ours. */
  readonly userId: string | undefined;
  readonly reason: ReservationEnd;
}

/**
 * Decides what the end of a reservation does to its payable, in any state it may be found in. The news may come twice,
 * and several kinds of it may come for one reservation: only the one that finds it PAID gives the points back (see `refund`).
 * News that come before that of the creation leave a tombstone, so that it finds that it is too late.
 */
export function closePayable(found: Payable | null, ended: ReservationEnded): Decision<Payable | null> {
  const { reservationId, userId = found?.userId, reason } = ended;
  if (userId === undefined) return unchanged(found);
  switch (found?.status) {
    case undefined:
    case 'OPEN':
    case 'PAID':
      return { next: { status: 'CLOSED', reservationId, userId, reason }, events: [] };
    case 'FAILED': // its end is what our payment.failed asked for
    case 'CLOSED':
      return unchanged(found);
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
    event: paymentRefunded.about(reservationId, {
      ...{ paymentId, reservationId, userId, amount },
      ...toldEnd(reason),
    }),
  };
}
