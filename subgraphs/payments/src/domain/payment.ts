import type { ReservationEnd } from '@frontrow/events/contracts/fields';

interface PaymentFacts {
  readonly id: string;
  readonly reservationId: string;
  readonly userId: string;
  readonly amount: number;
  readonly createdAt: Date;
}

/** The points left the wallet. */
export interface CompletedPayment extends PaymentFacts {
  readonly status: 'COMPLETED';
}

/** No points moved, and none will, because a reservation has at most one payment. */
export interface FailedPayment extends PaymentFacts {
  readonly status: 'FAILED';
  readonly failure: 'INSUFFICIENT_POINTS';
}

/** The points left the wallet and came back. */
export interface RefundedPayment extends PaymentFacts {
  readonly status: 'REFUNDED';
  readonly refundedAt: Date;
  readonly refundReason: ReservationEnd;
}

export type Payment = CompletedPayment | FailedPayment | RefundedPayment;
