import { handler } from '@frontrow/events/consumer';
import { paymentFailed } from '@frontrow/events/contracts/payments';
import { cancelUnpaidReservation } from '../operations/cancel-unpaid-reservation.ts';

export const onPaymentFailed = handler(paymentFailed, (tx, { data }) =>
  cancelUnpaidReservation(tx, data.reservationId, new Date()),
);
