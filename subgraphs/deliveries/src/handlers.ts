import { batchHandler } from '@frontrow/events/consumer';
import type { Handler } from '@frontrow/events/consumer';
import type { EventEnvelope } from '@frontrow/events/contract';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import { reservationConfirmed, reservationExpired } from '@frontrow/events/contracts/reservations';
import type { Transaction } from '@frontrow/events/outbox';
import { noteDeliveries } from './operations/note-deliveries.ts';
import type { Noting } from './operations/note-deliveries.ts';

const contracts = [
  paymentCompleted,
  paymentFailed,
  paymentRefunded,
  reservationConfirmed,
  reservationExpired,
];

/** Everything that deliveries listens to: all of it is noted together. */
export function handlersFor(noting: Noting): Handler[] {
  const note = (tx: Transaction, events: readonly EventEnvelope[]) =>
    noteDeliveries(tx, events, noting, new Date());
  return contracts.map((contract) => batchHandler(contract, note));
}
