import { batchHandler } from '@frontrow/events/consumer';
import type { Handler } from '@frontrow/events/consumer';
import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import { reservationConfirmed, reservationExpired } from '@frontrow/events/contracts/reservations';
import { noteDeliveries } from './operations/note-deliveries.ts';
import type { Noting } from './operations/note-deliveries.ts';

const contracts = [
  paymentCompleted,
  paymentFailed,
  paymentRefunded,
  reservationConfirmed,
  reservationExpired,
];

/** Everything that deliveries listens to. */
export const handlersFor = (noting: Noting): Handler[] =>
  contracts.map((contract) =>
    batchHandler(contract, (tx, events) => noteDeliveries(tx, events, noting, new Date())),
  );
