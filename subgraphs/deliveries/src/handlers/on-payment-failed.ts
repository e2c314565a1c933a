import { handler } from '@frontrow/events/consumer';
import { paymentFailed } from '@frontrow/events/contracts/payments';
import { noteDeliveries } from '../operations/note-deliveries.ts';
import type { Noting } from '../operations/note-deliveries.ts';

export const onPaymentFailed = (noting: Noting) =>
  handler(paymentFailed, (tx, event) => noteDeliveries(tx, event, noting, new Date()));
