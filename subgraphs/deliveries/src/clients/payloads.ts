import { id, instant, points, reservationEnd, reservedSeats, text } from '@frontrow/events/contracts/fields';
import { paymentFailure } from '@frontrow/events/contracts/payments';
import { z } from 'zod';

// What is sent outside. docs/deliveries/ has it as JSON Schema, and a test compares the two. Receivers are asked to
// ignore unknown fields and types; nothing here is ever removed, or given another meaning.

const common = {
  id: id.describe('The event. Also the Idempotency-Key: what has an id that you know is the same again.'),
  time: z.iso.datetime().describe('When it happened, in UTC.'),
  reservationId: id.describe('What it happened to. Events of one reservation are sent in their order.'),
};

const payload = <Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  description: string,
  shape: Shape,
) => z.object({ ...common, type: z.literal(type), data: z.object(shape) }).describe(description);

export const dataPlatformPayload = z.discriminatedUnion('type', [
  payload('purchase.confirmed', 'Paid and confirmed: the seats are the fan’s.', {
    userId: id,
    concertId: id,
    scheduleId: id,
    paymentId: id,
    concertTitle: text,
    artist: text,
    venueName: text,
    startsAt: instant,
    seats: reservedSeats,
    total: points,
    confirmedAt: instant,
  }),
  payload('payment.completed', 'The points left the fan’s wallet.', {
    paymentId: id,
    userId: id,
    amount: points,
    completedAt: instant,
  }),
  payload('payment.failed', 'No points moved; the hold is given up.', {
    paymentId: id,
    userId: id,
    amount: points,
    failure: paymentFailure,
  }),
  payload('payment.refunded', 'The points are back in the fan’s wallet.', {
    paymentId: id,
    userId: id,
    amount: points,
    reason: reservationEnd,
  }),
  payload('hold.expired', 'Nobody paid in time; the seats are free again.', {
    userId: id,
    concertId: id,
    scheduleId: id,
  }),
]);
export type DataPlatformPayload = z.infer<typeof dataPlatformPayload>;

/** Source: https://api.slack.com/messaging/webhooks */
export const slackPayload = z
  .object({ text: z.string().min(1).max(8_000).describe('mrkdwn; &, < and > are escaped.') })
  .describe('A message to an incoming webhook.');
