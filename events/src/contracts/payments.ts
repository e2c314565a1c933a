import { z } from 'zod';
import { defineEvent } from '../contract.ts';
import { endDetail, id, instant, points, reservationEnd } from './fields.ts';

// Subject of all: the reservation's id, which is the saga's.

/** The points left the fan's wallet. */
export const paymentCompleted = defineEvent('payment.completed.v1', {
  paymentId: id,
  reservationId: id,
  userId: id,
  amount: points,
  completedAt: instant,
});

export const paymentFailure = z.enum(['INSUFFICIENT_POINTS']);

/** No points moved. */
export const paymentFailed = defineEvent('payment.failed.v1', {
  paymentId: id,
  reservationId: id,
  userId: id,
  amount: points,
  failure: paymentFailure,
});

/** The points are back in the fan's wallet. */
export const paymentRefunded = defineEvent('payment.refunded.v1', {
  paymentId: id,
  reservationId: id,
  userId: id,
  amount: points,
  reason: reservationEnd,
  detail: endDetail,
});
