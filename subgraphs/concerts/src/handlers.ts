import { onReservationCancelled } from './handlers/on-reservation-cancelled.ts';
import { onReservationConfirmed } from './handlers/on-reservation-confirmed.ts';
import { onReservationExpired } from './handlers/on-reservation-expired.ts';
import { onSagaCompensationRequested } from './handlers/on-saga-compensation-requested.ts';
import { onTicketEnded } from './handlers/on-ticket-ended.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

export const handlers = [
  onReservationConfirmed,
  onReservationCancelled,
  onReservationExpired,
  onSagaCompensationRequested,
  onTicketEnded,
  onUserDeleted,
];
