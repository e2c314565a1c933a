import type { NewEvent } from '@frontrow/events/contract';
import { toPublishedEnd } from '@frontrow/events/contracts/fields';
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
  /** Undefined if the news answers a payment of this service. */
  readonly userId: string | undefined;
  readonly reason: ReservationEnd;
}

/**
 * Decides what the end of a reservation does to its payable, whatever state the payable is in. The news may come twice, and
 * several kinds of it may come for one reservation. Only the news that finds the payable PAID gives the points back (see
 * `refund`). News that arrives before the reservation's creation leaves a tombstone, which tells the creation that it comes too
 * late.
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
  /** Undefined if the seats cost nothing: then no points were taken. */
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
      ...toPublishedEnd(reason),
    }),
  };
}
