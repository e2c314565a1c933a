import type { EventEnvelope, NewEvent } from '@frontrow/events/contract';
import { seatsHeld, seatsReleased, seatsSaleFailed, seatsSold } from '@frontrow/events/contracts/concerts';
import { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationConfirmFailed,
  reservationCreated,
  reservationExpired,
} from '@frontrow/events/contracts/reservations';
import { sagaCompensationRequested, sagaReplayRequested } from '@frontrow/events/contracts/sagas';

/** A purchase, and every event that services may publish about it. */
export interface Purchase extends Readonly<Record<EventName, () => NewEvent>> {
  readonly id: string;
  readonly userId: string;
}

export type EventName =
  | 'held'
  | 'created'
  | 'paid'
  | 'notPaid'
  | 'confirmed'
  | 'notConfirmed'
  | 'sold'
  | 'notSold'
  | 'cancelled'
  | 'expired'
  | 'refunded'
  | 'released'
  | 'replayed'
  | 'compensated'
  | 'deadLettered';

/** The service that publishes each of them. */
export const publisherOf: Readonly<Record<EventName, string>> = {
  ...{ held: 'concerts', sold: 'concerts', notSold: 'concerts', released: 'concerts' },
  ...{ created: 'reservations', confirmed: 'reservations', notConfirmed: 'reservations' },
  ...{ cancelled: 'reservations', expired: 'reservations', deadLettered: 'reservations' },
  ...{ paid: 'payments', notPaid: 'payments', refunded: 'payments' },
  ...{ replayed: 'sagas', compensated: 'sagas' },
};

interface PurchaseFacts {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly because: Exclude<ReservationEnd, 'SHOW_CANCELLED'>;
}

/** Any id is good enough for the log. Only pages need UUIDv7. */
const anId = (): string => crypto.randomUUID();

export function aPurchase({
  id = anId(),
  userId = anId(),
  expiresAt = new Date(Date.now() + 300_000),
  because = 'CANCELLED_BY_FAN',
}: Partial<PurchaseFacts> = {}): Purchase {
  const now = new Date().toISOString();
  const [paymentId, scheduleId, seatId] = [anId(), anId(), anId()];
  const whose = { reservationId: id, userId, ticketId: anId(), concertId: anId(), scheduleId };
  const shown = { concertTitle: '밤의 정원', artist: 'The Stories', venueName: '올림픽홀', startsAt: now };
  const receipt = { shown, seats: [{ seatId, label: 'R-1-1', price: 99_000 }], total: 99_000 };
  const payment = { paymentId, reservationId: id, userId, amount: 99_000 };
  const seats = { reservationId: id, scheduleId, seatIds: [seatId] };
  const until = { expiresAt: expiresAt.toISOString() };
  return {
    id,
    userId,
    held: () => seatsHeld.about(id, { ...whose, ...receipt, heldAt: now, ...until }),
    created: () => reservationCreated.about(id, { ...whose, total: 99_000, ...until }),
    paid: () => paymentCompleted.about(id, { ...payment, completedAt: now }),
    notPaid: () => paymentFailed.about(id, { ...payment, failure: 'INSUFFICIENT_POINTS' }),
    confirmed: () => reservationConfirmed.about(id, { ...whose, ...receipt, paymentId, confirmedAt: now }),
    notConfirmed: () => reservationConfirmFailed.about(id, { reservationId: id, paymentId, reason: because }),
    sold: () => seatsSold.about(id, seats),
    notSold: () => seatsSaleFailed.about(id, { reservationId: id, reason: 'The seats were released.' }),
    cancelled: () => reservationCancelled.about(id, { ...whose, reason: because }),
    expired: () => reservationExpired.about(id, whose),
    refunded: () => paymentRefunded.about(id, { ...payment, reason: because }),
    released: () => seatsReleased.about(id, { ...seats, reason: because }),
    replayed: () => sagaReplayRequested.about(id, { sagaId: id, since: now }),
    compensated: () =>
      sagaCompensationRequested.about(id, { sagaId: id, userId, why: 'Nothing has followed.' }),
    deadLettered: () => aDeadLetter(id),
  };
}

/** The news that reservations has given up on a payment.completed about this. */
export const aDeadLetter = (subject: string, over: object = {}): NewEvent =>
  consumerDeadLettered.about(subject, {
    deadLetterId: anId(),
    consumer: 'reservations-on-payment-completed-v1',
    eventId: anId(),
    eventType: 'payment.completed.v1',
    event: { data: { amount: -1 } },
    error: 'Error: no',
    attempts: 5,
    failedAt: new Date().toISOString(),
    ...over,
  });

/** Wraps an event as that service would have published it then. */
export const published = (event: NewEvent, service: string, at = new Date()): EventEnvelope => ({
  ...event,
  specversion: '1.0',
  id: anId(),
  source: `/frontrow/${service}`,
  time: at.toISOString(),
  datacontenttype: 'application/json',
});
