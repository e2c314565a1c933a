import { handler } from '@frontrow/events/consumer';
import { reservationConfirmed } from '@frontrow/events/contracts/reservations';
import { complete } from '../domain/ticket.ts';
import { changeTicket } from '../operations/change-ticket.ts';

export const onReservationConfirmed = handler(reservationConfirmed, (tx, { data }) =>
  changeTicket(tx, data.ticketId, complete),
);
