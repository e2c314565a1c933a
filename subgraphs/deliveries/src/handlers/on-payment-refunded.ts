import { handler } from '@frontrow/events/consumer';
import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { noteDeliveries } from '../operations/note-deliveries.ts';
import type { Noting } from '../operations/note-deliveries.ts';

export const onPaymentRefunded = (noting: Noting) =>
  handler(paymentRefunded, (tx, event) => noteDeliveries(tx, event, noting, new Date()));
