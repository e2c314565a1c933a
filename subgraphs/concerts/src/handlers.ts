import { batchHandler, handler } from '@frontrow/events/handler';
import type { Handler } from '@frontrow/events/handler';
import type { EventContract } from '@frontrow/events/contract';
import { fromPublishedEnd } from '@frontrow/events/contracts/fields';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationExpired,
} from '@frontrow/events/contracts/reservations';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { userDeleted } from '@frontrow/events/contracts/users';
import { forgetKeys } from '@frontrow/kit/idempotency';
import { onConfirmed, onEnded } from './domain/hold.ts';
import { changeHolds } from './operations/change-holds.ts';
import type { HoldNews } from './operations/change-holds.ts';
import { insertEndedTickets } from './storage/ended-tickets.ts';

/** For events about one hold each. */
const aboutHolds = <Data>(
  contract: EventContract<string, Data>,
  newsOf: (data: Data) => Omit<HoldNews, 'traceparent'>,
): Handler =>
  batchHandler(contract, (tx, events) =>
    changeHolds(
      tx,
      events.map(({ data, traceparent }) => ({ ...newsOf(data), traceparent })),
    ),
  );

const onReservationConfirmed = aboutHolds(reservationConfirmed, ({ reservationId }) => ({
  reservationId,
  decide: (found) => onConfirmed(found, reservationId),
}));

const onReservationCancelled = aboutHolds(reservationCancelled, ({ reservationId, ...end }) => ({
  reservationId,
  decide: (found) => onEnded(found, fromPublishedEnd(end)),
}));

const onReservationExpired = aboutHolds(reservationExpired, ({ reservationId }) => ({
  reservationId,
  decide: (found) => onEnded(found, 'HOLD_EXPIRED'),
}));

// The seats do not wait for the news that the reservation has ended, because that news may be what cannot come.
const onSagaCompensationRequested = aboutHolds(sagaCompensationRequested, ({ sagaId }) => ({
  reservationId: sagaId,
  decide: (found) => onEnded(found, 'COMPENSATED'),
}));

const onTicketEnded = (tellClosed: (ticketId: string) => void) =>
  batchHandler(ticketEnded, async (tx, events) => {
    await insertEndedTickets(
      tx.manager,
      events.map(({ data }) => data.ticketId),
    );
    // Only a fan who leaves waits for the answer.
    const left = events.filter(({ data }) => data.reason === 'LEFT');
    tx.afterCommit(() => {
      for (const { data } of left) tellClosed(data.ticketId);
    });
  });

// A client may make an idempotency key out of anything, personal data included, so the keys go as well.
const onUserDeleted = handler(userDeleted, (tx, { data }) => forgetKeys(tx.manager, data.userId));

/**
 * All events that concerts reacts to.
 * @param tellClosed called with each ticket that its fan left, once its pass opens nothing any more
 */
export const createHandlers = (tellClosed: (ticketId: string) => void): Handler[] => [
  onReservationConfirmed,
  onReservationCancelled,
  onReservationExpired,
  onSagaCompensationRequested,
  onTicketEnded(tellClosed),
  onUserDeleted,
];
