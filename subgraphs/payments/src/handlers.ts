import { onReservationCancelled } from './handlers/on-reservation-cancelled.ts';
import { onReservationConfirmFailed } from './handlers/on-reservation-confirm-failed.ts';
import { onReservationCreated } from './handlers/on-reservation-created.ts';
import { onReservationExpired } from './handlers/on-reservation-expired.ts';
import { onSagaCompensationRequested } from './handlers/on-saga-compensation-requested.ts';
import { onUserRegistered } from './handlers/on-user-registered.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

/** Everything that payments reacts to. */
export const handlers = [
  onUserRegistered,
  onReservationCreated,
  onReservationCancelled,
  onReservationExpired,
  onReservationConfirmFailed,
  onSagaCompensationRequested,
  onUserDeleted,
];
