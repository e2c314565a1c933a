import { batchHandler, handler } from '@frontrow/events/handler';
import type { Handler } from '@frontrow/events/handler';
import type { EventEnvelope } from '@frontrow/events/contract';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import {
  reservationConfirmed,
  reservationExpired,
  reservationMoved,
} from '@frontrow/events/contracts/reservations';
import { userDeleted, userLinkRequested, userRegistered } from '@frontrow/events/contracts/users';
import type { Transaction } from '@frontrow/events/outbox';
import { noteDeliveries, noteLinks } from './operations/note-deliveries.ts';
import type { Noting } from './operations/note-deliveries.ts';
import { forgetRecipient, noteRecipients } from './storage/recipients.ts';

const contracts = [
  paymentCompleted,
  paymentFailed,
  paymentRefunded,
  reservationConfirmed,
  reservationExpired,
  reservationMoved,
];

/**
 * The handlers of all events that deliveries reacts to. Deliveries are noted for a whole batch of events together. Addresses are noted
 * even while mail is off.
 */
export function handlersFor(noting: Noting): Handler[] {
  const note = (tx: Transaction, events: readonly EventEnvelope[]) =>
    noteDeliveries(tx, events, noting, new Date());
  return [
    ...contracts.map((contract) => batchHandler(contract, note)),
    batchHandler(userRegistered, (tx, events) =>
      noteRecipients(
        tx.manager,
        events.flatMap(({ data: { userId, email, locale } }) =>
          // An event without an address is from a release without mail, or its account was deleted since.
          email?.includes('@') === true ? [{ userId, email, locale: locale ?? 'en' }] : [],
        ),
      ),
    ),
    batchHandler(userLinkRequested, (tx, events) => noteLinks(tx, events, noting, new Date())),
    handler(userDeleted, (tx, { data }) => forgetRecipient(tx.manager, data.userId, new Date())),
  ];
}
