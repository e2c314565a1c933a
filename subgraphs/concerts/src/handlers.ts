import type { Handler } from '@frontrow/events/consumer';
import { onReservationCancelled } from './handlers/on-reservation-cancelled.ts';
import { onReservationConfirmed } from './handlers/on-reservation-confirmed.ts';
import { onReservationExpired } from './handlers/on-reservation-expired.ts';
import { onSagaCompensationRequested } from './handlers/on-saga-compensation-requested.ts';
import { onTicketEnded } from './handlers/on-ticket-ended.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

/**
 * Everything that concerts listens to.
 * @param tellClosed told of each ticket that its fan left, once its pass opens nothing any more
 */
export const createHandlers = (tellClosed: (ticketId: string) => void): Handler[] => [
  onReservationConfirmed,
  onReservationCancelled,
  onReservationExpired,
  onSagaCompensationRequested,
  onTicketEnded(tellClosed),
  onUserDeleted,
];
