import { handler } from '@frontrow/events/consumer';
import { reservationCancelled } from '@frontrow/events/contracts/reservations';
import { closePayable } from '../operations/close-payable.ts';

export const onReservationCancelled = handler(reservationCancelled, (tx, { data }) =>
  closePayable(tx, { reservationId: data.reservationId, userId: data.userId, reason: data.reason }),
);
