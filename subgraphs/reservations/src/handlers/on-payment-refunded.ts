import { handler } from '@frontrow/events/consumer';
import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { noteRefund } from '../operations/note-refund.ts';

export const onPaymentRefunded = handler(paymentRefunded, (tx, { data }) =>
  noteRefund(tx, data.reservationId, new Date()),
);
