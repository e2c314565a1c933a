import type { Handler } from '@frontrow/events/consumer';
import { onPaymentCompleted } from './handlers/on-payment-completed.ts';
import { onPaymentFailed } from './handlers/on-payment-failed.ts';
import { onPaymentRefunded } from './handlers/on-payment-refunded.ts';
import { onReservationConfirmed } from './handlers/on-reservation-confirmed.ts';
import { onReservationExpired } from './handlers/on-reservation-expired.ts';
import type { Noting } from './operations/note-deliveries.ts';

/** Everything that deliveries listens to. */
export const handlersFor = (noting: Noting): Handler[] => [
  onPaymentCompleted(noting),
  onPaymentFailed(noting),
  onPaymentRefunded(noting),
  onReservationConfirmed(noting),
  onReservationExpired(noting),
];
