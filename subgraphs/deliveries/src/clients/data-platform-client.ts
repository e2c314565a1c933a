import { envelope } from '@frontrow/events/contract';
import type { DataOf, EventContract } from '@frontrow/events/contract';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import { reservationConfirmed, reservationExpired } from '@frontrow/events/contracts/reservations';
import type { Outcome } from '../domain/delivery.ts';
import { dataPlatformPayload } from './payloads.ts';
import type { DataPlatformPayload } from './payloads.ts';
import type { HttpSender } from './http-sender.ts';

type Content = Pick<DataPlatformPayload, 'type' | 'data'>;

// Each field is named, so that a field which is added to an internal event is not sent outside by accident.

const purchaseConfirmed = ({ shown, ...data }: DataOf<typeof reservationConfirmed>): Content => ({
  type: 'purchase.confirmed',
  data: {
    userId: data.userId,
    concertId: data.concertId,
    scheduleId: data.scheduleId,
    paymentId: data.paymentId,
    concertTitle: shown.concertTitle,
    artist: shown.artist,
    venueName: shown.venueName,
    startsAt: shown.startsAt,
    seats: data.seats.map(({ seatId, label, price }) => ({ seatId, label, price })),
    total: data.total,
    confirmedAt: data.confirmedAt,
  },
});

const holdExpired = (data: DataOf<typeof reservationExpired>): Content => ({
  type: 'hold.expired',
  data: { userId: data.userId, concertId: data.concertId, scheduleId: data.scheduleId },
});

const completed = (data: DataOf<typeof paymentCompleted>): Content => ({
  type: 'payment.completed',
  data: {
    paymentId: data.paymentId,
    userId: data.userId,
    amount: data.amount,
    completedAt: data.completedAt,
  },
});

const failed = (data: DataOf<typeof paymentFailed>): Content => ({
  type: 'payment.failed',
  data: { paymentId: data.paymentId, userId: data.userId, amount: data.amount, failure: data.failure },
});

const refunded = (data: DataOf<typeof paymentRefunded>): Content => ({
  type: 'payment.refunded',
  data: { paymentId: data.paymentId, userId: data.userId, amount: data.amount, reason: data.reason },
});

const telling = <Data>(contract: EventContract<string, Data>, content: (data: Data) => Content) =>
  [contract.type, (data: unknown) => content(contract.data.parse(data))] as const;

const contentOf = new Map([
  telling(reservationConfirmed, purchaseConfirmed),
  telling(reservationExpired, holdExpired),
  telling(paymentCompleted, completed),
  telling(paymentFailed, failed),
  telling(paymentRefunded, refunded),
]);

/** The data platform, which gets all news about a reservation's money and seats. */
export class DataPlatformClient {
  readonly #sender: HttpSender;

  constructor(sender: HttpSender) {
    this.#sender = sender;
  }

  /**
   * @param event an envelope in JSON
   * @throws when there is no payload for it, which is a bug
   */
  tell(event: string): Promise<Outcome> {
    const { id, type, subject, time, data } = envelope.parse(JSON.parse(event));
    const content = contentOf.get(type)?.(data);
    if (content === undefined) throw new Error(`the data platform is not told of ${type}`);
    const payload = dataPlatformPayload.parse({ id, ...content, time, reservationId: subject });
    return this.#sender.send({ idempotencyKey: id, body: JSON.stringify(payload) });
  }
}
