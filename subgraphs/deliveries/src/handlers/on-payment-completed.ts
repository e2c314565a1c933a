import { handler } from '@frontrow/events/consumer';
import { paymentCompleted } from '@frontrow/events/contracts/payments';
import { noteDeliveries } from '../operations/note-deliveries.ts';
import type { Noting } from '../operations/note-deliveries.ts';

export const onPaymentCompleted = (noting: Noting) =>
  handler(paymentCompleted, (tx, event) => noteDeliveries(tx, event, noting, new Date()));
