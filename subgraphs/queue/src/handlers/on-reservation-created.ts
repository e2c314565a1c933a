import { handler } from '@frontrow/events/consumer';
import { reservationCreated } from '@frontrow/events/contracts/reservations';
import { extendByHold } from '../operations/follow-hold.ts';

export const onReservationCreated = handler(
  reservationCreated,
  (tx, { data: { reservationId, ticketId, expiresAt } }) =>
    extendByHold(tx, { reservationId, ticketId, expiresAt: new Date(expiresAt) }),
);
