import { batchHandler, handler } from '@frontrow/events/handler';
import type { Handler } from '@frontrow/events/handler';
import type { DataOf, EventContract, EventOf } from '@frontrow/events/contract';
import { fromPublishedEnd } from '@frontrow/events/contracts/fields';
import {
  reservationCancelled,
  reservationConfirmFailed,
  reservationCreated,
  reservationExpired,
} from '@frontrow/events/contracts/reservations';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { userDeleted, userRegistered } from '@frontrow/events/contracts/users';
import { forgetKeys } from '@frontrow/kit/idempotency';
import type { ReservationEnded } from './domain/close-payable.ts';
import { closePayables } from './operations/close-payables.ts';
import { insertPayables } from './storage/payables.ts';
import { insertWallets } from './storage/wallets.ts';

/** Handles the news that reservations have ended, a batch at a time. */
const ends = <Contract extends EventContract>(
  contract: Contract,
  endOf: (data: DataOf<Contract>) => ReservationEnded,
): Handler =>
  batchHandler(contract, (tx, events) => {
    const inItsTrace = ({ data, traceparent }: EventOf<Contract>) => ({ ...endOf(data), traceparent });
    return closePayables(tx, events.map(inItsTrace));
  });

/** All events that payments reacts to. */
export const handlers = [
  batchHandler(userRegistered, (tx, events) =>
    insertWallets(
      tx.manager,
      events.map(({ data, time }) => ({ userId: data.userId, createdAt: new Date(time) })),
    ),
  ),
  // Does nothing if there is a tombstone: the news of the reservation's end came first.
  batchHandler(reservationCreated, (tx, events) =>
    insertPayables(
      tx.manager,
      events.map(({ data: { reservationId, userId, total, expiresAt } }) => ({
        ...{ status: 'OPEN', reservationId, userId, total },
        expiresAt: new Date(expiresAt),
      })),
    ),
  ),
  ends(reservationCancelled, ({ reservationId, userId, ...end }) => ({
    ...{ reservationId, userId },
    reason: fromPublishedEnd(end),
  })),
  ends(reservationExpired, ({ reservationId, userId }) => ({
    ...{ reservationId, userId },
    reason: 'HOLD_EXPIRED',
  })),
  // This answers a payment that completed too late.
  ends(reservationConfirmFailed, ({ reservationId, ...end }) => ({
    ...{ reservationId, reason: fromPublishedEnd(end) },
    userId: undefined,
  })),
  // The refund does not wait for the news that the reservation has ended, because that news may be what cannot come.
  ends(sagaCompensationRequested, ({ sagaId, userId }) => ({
    ...{ reservationId: sagaId, userId: userId ?? undefined },
    reason: 'COMPENSATED',
  })),
  // A client may make an idempotency key out of anything, personal data included, so the keys go as well.
  handler(userDeleted, (tx, { data }) => forgetKeys(tx.manager, data.userId)),
];
