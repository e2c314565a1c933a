import { handler } from '@frontrow/events/consumer';
import { paymentCompleted } from '@frontrow/events/contracts/payments';
import { confirmReservation } from '../operations/confirm-reservation.ts';

export const onPaymentCompleted = handler(paymentCompleted, (tx, { data }) =>
  confirmReservation(tx, data, new Date()),
);
