import { handler } from '@frontrow/events/consumer';
import { reservationExpired } from '@frontrow/events/contracts/reservations';
import { noteDeliveries } from '../operations/note-deliveries.ts';
import type { Noting } from '../operations/note-deliveries.ts';

export const onReservationExpired = (noting: Noting) =>
  handler(reservationExpired, (tx, event) => noteDeliveries(tx, event, noting, new Date()));
