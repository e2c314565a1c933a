import type { Handler } from '@frontrow/events/consumer';
import * as concerts from '@frontrow/events/contracts/concerts';
import * as payments from '@frontrow/events/contracts/payments';
import * as reservations from '@frontrow/events/contracts/reservations';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import type { Patience } from './domain/next-move.ts';
import { onConsumerDeadLettered } from './handlers/on-consumer-dead-lettered.ts';
import { onSagaReplayRequested } from './handlers/on-saga-replay-requested.ts';
import { onStep } from './handlers/on-step.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

const steps = [
  concerts.seatsHeld,
  concerts.seatsSold,
  concerts.seatsReleased,
  concerts.seatsSaleFailed,
  reservations.reservationCreated,
  reservations.reservationConfirmed,
  reservations.reservationConfirmFailed,
  reservations.reservationCancelled,
  reservations.reservationExpired,
  payments.paymentCompleted,
  payments.paymentFailed,
  payments.paymentRefunded,
  sagaCompensationRequested,
];

export const createHandlers = (patience: Patience): Handler[] => [
  ...steps.map((contract) => onStep(contract, patience)),
  onSagaReplayRequested(patience),
  onConsumerDeadLettered(patience),
  onUserDeleted,
];
