import { onPaymentCompleted } from './handlers/on-payment-completed.ts';
import { onPaymentFailed } from './handlers/on-payment-failed.ts';
import { onPaymentRefunded } from './handlers/on-payment-refunded.ts';
import { onSagaCompensationRequested } from './handlers/on-saga-compensation-requested.ts';
import { onSeatsHeld } from './handlers/on-seats-held.ts';
import { onSeatsSaleFailed } from './handlers/on-seats-sale-failed.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

export const handlers = [
  onSeatsHeld,
  onPaymentCompleted,
  onPaymentFailed,
  onPaymentRefunded,
  onSeatsSaleFailed,
  onSagaCompensationRequested,
  onUserDeleted,
];
