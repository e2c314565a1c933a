import { onConcertCreated } from './handlers/on-concert-created.ts';
import { onReservationCancelled } from './handlers/on-reservation-cancelled.ts';
import { onReservationConfirmed } from './handlers/on-reservation-confirmed.ts';
import { onReservationCreated } from './handlers/on-reservation-created.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

/** Everything that the queue listens to. */
export const handlers = [
  onConcertCreated,
  onReservationCreated,
  onReservationConfirmed,
  onReservationCancelled,
  onUserDeleted,
];
