import { batchHandler, handler } from '@frontrow/events/handler';
import type { Handler } from '@frontrow/events/handler';
import type { DataOf, EventContract, EventOf } from '@frontrow/events/contract';
import {
  scheduleCancelled,
  scheduleMoved,
  seatsHeld,
  seatsSaleFailed,
} from '@frontrow/events/contracts/concerts';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { userDeleted } from '@frontrow/events/contracts/users';
import * as news from './domain/news.ts';
import type { News } from './domain/news.ts';
import { cancelUnpaidOf } from './operations/cancel-unpaid-of.ts';
import { createReservations } from './operations/create-reservations.ts';
import { takeNews } from './operations/take-news.ts';
import { noteCancelledSchedule } from './storage/cancelled-schedules.ts';
import { noteMovedSchedule } from './storage/moved-schedules.ts';

/** Handles events that are news about a reservation, a batch at a time. */
const hears = <Contract extends EventContract>(
  contract: Contract,
  newsOf: (data: DataOf<Contract>, now: Date) => News,
): Handler =>
  batchHandler(contract, (tx, events) => {
    const now = new Date();
    const inItsTrace = ({ data, traceparent }: EventOf<Contract>) => ({ ...newsOf(data, now), traceparent });
    return takeNews(tx, events.map(inItsTrace), now);
  });

/** All events that reservations reacts to. */
export const handlers = [
  batchHandler(seatsHeld, (tx, events) => createReservations(tx, events, new Date())),
  hears(paymentCompleted, news.ofPaymentCompleted),
  hears(paymentFailed, news.ofPaymentFailed),
  hears(paymentRefunded, news.ofPaymentRefunded),
  hears(seatsSaleFailed, news.ofSaleFailed),
  hears(sagaCompensationRequested, news.ofCompensation),
  // The reservations of the show are ended in parts, by any replica: see follow-shows.ts.
  handler(scheduleCancelled, (tx, { data }) =>
    noteCancelledSchedule(tx.manager, data.scheduleId, new Date(data.cancelledAt)),
  ),
  handler(scheduleMoved, (tx, { data: { scheduleId, move: moves, ...times } }) => {
    const [startsAt, refundUntil] = [new Date(times.startsAt), new Date(times.refundUntil)];
    return noteMovedSchedule(tx.manager, { scheduleId, moves, startsAt, refundUntil, notedAt: new Date() });
  }),
  handler(userDeleted, (tx, { data }) => cancelUnpaidOf(tx, data.userId, new Date())),
];
