import type { ReservationEnd } from '@frontrow/events/contracts/fields';

interface ReservationFacts {
  readonly reservationId: string;
  readonly userId: string;
  readonly total: number;
  readonly expiresAt: Date;
}

/**
 * What payments knows about a reservation: who may pay how much and by when, and whether that has been decided. PAID means that a
 * COMPLETED payment exists, FAILED that a FAILED one does.
 */
export type Payable = KnownPayable | ClosedPayable;

export interface KnownPayable extends ReservationFacts {
  readonly status: 'OPEN' | 'PAID' | 'FAILED';
}

/** The reservation has ended. If the news of its end came before that of its creation, this is a tombstone. */
export interface ClosedPayable {
  readonly status: 'CLOSED';
  readonly reservationId: string;
  readonly userId: string;
  readonly reason: ReservationEnd;
}
