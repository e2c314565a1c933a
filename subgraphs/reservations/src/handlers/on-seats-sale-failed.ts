import { handler } from '@frontrow/events/consumer';
import { seatsSaleFailed } from '@frontrow/events/contracts/concerts';
import { cancelUnsoldReservation } from '../operations/cancel-unsold-reservation.ts';

export const onSeatsSaleFailed = handler(seatsSaleFailed, (tx, { data }) =>
  cancelUnsoldReservation(tx, data.reservationId, new Date()),
);
