import { onConcertCreated } from './handlers/on-concert-created.ts';
import { onReservationConfirmed } from './handlers/on-reservation-confirmed.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

/** Everything that the queue listens to. */
export const handlers = [onConcertCreated, onReservationConfirmed, onUserDeleted];
