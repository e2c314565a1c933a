import { handler } from '@frontrow/events/consumer';
import { reservationConfirmed } from '@frontrow/events/contracts/reservations';
import { sellSeats } from '../operations/sell-seats.ts';

export const onReservationConfirmed = handler(reservationConfirmed, (tx, { data }) =>
  sellSeats(tx, data.reservationId),
);
