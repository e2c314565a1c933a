import { handler } from '@frontrow/events/consumer';
import { reservationCancelled } from '@frontrow/events/contracts/reservations';
import { releaseSeats } from '../operations/release-seats.ts';

export const onReservationCancelled = handler(reservationCancelled, (tx, { data }) =>
  releaseSeats(tx, data.reservationId, data.reason),
);
