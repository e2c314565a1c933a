import { onReservationCancelled } from './handlers/on-reservation-cancelled.ts';
import { onReservationConfirmed } from './handlers/on-reservation-confirmed.ts';
import { onReservationExpired } from './handlers/on-reservation-expired.ts';
import { onTicketEnded } from './handlers/on-ticket-ended.ts';

export const handlers = [onReservationConfirmed, onReservationCancelled, onReservationExpired, onTicketEnded];
