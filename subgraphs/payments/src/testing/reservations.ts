import { toPublishedEnd } from '@frontrow/events/contracts/fields';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import {
  reservationCancelled,
  reservationConfirmFailed,
  reservationCreated,
  reservationExpired,
} from '@frontrow/events/contracts/reservations';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { newId } from '@frontrow/kit/ids';
import { testIds } from '@frontrow/kit/testing/ids';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Replica } from './payments-under-test.ts';

/** The news of a reservation of `fan`, which expires in five minutes unless told otherwise. */
export const created = (
  fan: Viewer,
  total: number,
  { reservationId = testIds.next(), expiresAt = new Date(Date.now() + 300_000) } = {},
) =>
  reservationCreated.about(reservationId, {
    ...of(fan, reservationId),
    total,
    expiresAt: expiresAt.toISOString(),
  });

/**
 * Lets payments hear of a new reservation.
 * @returns its id
 */
export async function reserve(payments: Replica, fan: Viewer, total: number): Promise<string> {
  const event = created(fan, total);
  await payments.hear(event);
  return event.subject;
}

export const expired = (fan: Viewer, reservationId: string) =>
  reservationExpired.about(reservationId, of(fan, reservationId));

export const cancelled = (fan: Viewer, reservationId: string, reason: ReservationEnd = 'CANCELLED_BY_FAN') =>
  reservationCancelled.about(reservationId, { ...of(fan, reservationId), ...toPublishedEnd(reason) });

export const confirmFailed = (reservationId: string, reason: ReservationEnd = 'HOLD_EXPIRED') =>
  reservationConfirmFailed.about(reservationId, {
    reservationId,
    paymentId: newId(),
    ...toPublishedEnd(reason),
  });

export const compensated = (fan: Viewer, reservationId: string) =>
  sagaCompensationRequested.about(reservationId, {
    sagaId: reservationId,
    userId: fan.id,
    why: 'Nothing has followed for 300 s.',
  });

const of = ({ id: userId }: Viewer, reservationId: string) => ({
  reservationId,
  userId,
  ticketId: newId(),
  concertId: newId(),
  scheduleId: newId(),
});
