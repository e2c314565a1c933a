import type { NewEvent } from '@frontrow/events/contract';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationExpired,
} from '@frontrow/events/contracts/reservations';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { newId } from '@frontrow/kit/ids';

/** What reservations knows of a hold. */
export interface Purchase {
  readonly reservationId: string;
  readonly userId: string;
  readonly concertId: string;
  readonly scheduleId: string;
  readonly seatIds: readonly string[];
}

const about = ({ reservationId, userId, concertId, scheduleId }: Purchase) => ({
  ...{ reservationId, userId, ticketId: newId(), concertId, scheduleId },
});

export const confirmed = (purchase: Purchase): NewEvent =>
  reservationConfirmed.about(purchase.reservationId, {
    ...about(purchase),
    paymentId: newId(),
    shown: { concertTitle: 'T', artist: 'A', venueName: 'V', startsAt: '2026-12-24T19:00:00.000Z' },
    seats: purchase.seatIds.map((seatId) => ({ seatId, label: 'A-1-1', price: 100_000 })),
    total: 100_000,
    confirmedAt: '2026-11-20T08:30:00.000Z',
  });

export const cancelled = (purchase: Purchase): NewEvent =>
  reservationCancelled.about(purchase.reservationId, { ...about(purchase), reason: 'CANCELLED_BY_FAN' });

export const expired = (purchase: Purchase): NewEvent =>
  reservationExpired.about(purchase.reservationId, about(purchase));

export const compensated = ({ reservationId, userId }: Purchase): NewEvent =>
  sagaCompensationRequested.about(reservationId, {
    sagaId: reservationId,
    userId,
    why: 'Nothing has followed for 300 s.',
  });
