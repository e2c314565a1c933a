import { handler } from '@frontrow/events/consumer';
import { reservationExpired } from '@frontrow/events/contracts/reservations';
import { releaseSeats } from '../operations/release-seats.ts';

export const onReservationExpired = handler(reservationExpired, (tx, { data }) =>
  releaseSeats(tx, data.reservationId, 'HOLD_EXPIRED'),
);
