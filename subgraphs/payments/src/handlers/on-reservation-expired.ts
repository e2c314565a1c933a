import { handler } from '@frontrow/events/consumer';
import { reservationExpired } from '@frontrow/events/contracts/reservations';
import { closePayable } from '../operations/close-payable.ts';

export const onReservationExpired = handler(reservationExpired, (tx, { data }) =>
  closePayable(tx, { reservationId: data.reservationId, userId: data.userId, reason: 'HOLD_EXPIRED' }),
);
