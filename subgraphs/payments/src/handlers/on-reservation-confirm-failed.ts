import { handler } from '@frontrow/events/consumer';
import { reservationConfirmFailed } from '@frontrow/events/contracts/reservations';
import { closePayable } from '../operations/close-payable.ts';

// The answer to a payment that completed too late.
export const onReservationConfirmFailed = handler(reservationConfirmFailed, (tx, { data }) =>
  closePayable(tx, { reservationId: data.reservationId, userId: undefined, reason: data.reason }),
);
