import type { NewEvent } from '@frontrow/events/contract';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { paymentCompleted, paymentFailed } from '@frontrow/events/contracts/payments';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { unreachable } from '@frontrow/kit/unreachable';
import { move } from './ledger.ts';
import type { Movement, MovementIds } from './ledger.ts';
import type { KnownPayable, Payable } from './payable.ts';
import type { CompletedPayment, FailedPayment } from './payment.ts';
import { walletNotReady } from './wallet.ts';
import type { Wallet } from './wallet.ts';

/** A fan's attempt to pay for a reservation, with the payable and the wallet as they were found under lock. */
export interface PayAttempt {
  readonly userId: string;
  readonly payable: Payable | null;
  /**
   * Matters if there is no payable: whether the reservation's id was given out, so that news of the reservation is on its way.
   */
  readonly mayStillCome: boolean;
  readonly wallet: Wallet | null;
  readonly now: Date;
  readonly ids: MovementIds & { readonly paymentId: string };
}

/** The one payment that a reservation gets, completed or failed. */
export interface Settlement {
  readonly payable: KnownPayable;
  readonly payment: CompletedPayment | FailedPayment;
  /** Undefined if no points move, because the payment failed or the seats cost nothing. */
  readonly movement: Movement | undefined;
  readonly event: NewEvent;
}

export type PayRefusal = Refusal<
  'NOT_FOUND' | 'NOT_READY_YET' | 'RESERVATION_EXPIRED' | 'RESERVATION_NOT_PAYABLE'
>;

/** Decides what an attempt to pay leads to: a payment that completes, one that fails, or a refusal. */
export function decidePayment(attempt: PayAttempt): Settlement | PayRefusal {
  const { userId, payable, wallet, now, ids } = attempt;
  if (payable === null) {
    if (!attempt.mayStillCome) return reservationNotFound();
    return refuse('NOT_READY_YET', 'The news of this reservation has not arrived here yet.', {
      retryable: true,
    });
  }
  if (payable.userId !== userId) return reservationNotFound();
  switch (payable.status) {
    case 'OPEN':
      if (now >= payable.expiresAt) return reservationExpired();
      // Too few points end the reservation, so a wallet that has not been made yet must not count as an empty one.
      if (wallet === null) return walletNotReady();
      return wallet.balance >= payable.total
        ? complete(payable, wallet, now, ids)
        : fail(payable, now, ids.paymentId);
    case 'PAID':
      return refuse('RESERVATION_NOT_PAYABLE', 'This reservation has been paid already.');
    case 'FAILED':
      return refuse(
        'RESERVATION_NOT_PAYABLE',
        'The payment for this reservation failed, so its seats were given up.',
      );
    case 'CLOSED':
      return payable.reason === 'HOLD_EXPIRED' ? reservationExpired() : wasCancelled(payable.reason);
    default:
      return unreachable(payable);
  }
}

export const reservationNotFound = () => refuse('NOT_FOUND', 'There is no such reservation of yours.');

const reservationExpired = () =>
  refuse('RESERVATION_EXPIRED', 'The reservation was not paid before it expired.');

const wasCancelled = (reason: ReservationEnd) =>
  refuse(
    'RESERVATION_NOT_PAYABLE',
    reason === 'SHOW_CANCELLED' ? 'The show was cancelled.' : 'This reservation was cancelled.',
  );

function complete(payable: KnownPayable, wallet: Wallet, now: Date, ids: PayAttempt['ids']): Settlement {
  const { reservationId, userId, total: amount } = payable;
  const { paymentId } = ids;
  return {
    payable: { ...payable, status: 'PAID' },
    payment: { id: paymentId, reservationId, userId, amount, status: 'COMPLETED', createdAt: now },
    movement:
      amount === 0 ? undefined : move(wallet, { kind: 'PAYMENT', amount: -amount, paymentId }, now, ids),
    event: paymentCompleted.about(reservationId, {
      paymentId,
      reservationId,
      userId,
      amount,
      completedAt: now.toISOString(),
    }),
  };
}

function fail(payable: KnownPayable, now: Date, paymentId: string): Settlement {
  const { reservationId, userId, total: amount } = payable;
  const failure = 'INSUFFICIENT_POINTS';
  return {
    payable: { ...payable, status: 'FAILED' },
    payment: { id: paymentId, reservationId, userId, amount, status: 'FAILED', failure, createdAt: now },
    movement: undefined,
    event: paymentFailed.about(reservationId, { paymentId, reservationId, userId, amount, failure }),
  };
}
