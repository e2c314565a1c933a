import { handler } from '@frontrow/events/consumer';
import { reservationConfirmed } from '@frontrow/events/contracts/reservations';
import { noteDeliveries } from '../operations/note-deliveries.ts';
import type { Noting } from '../operations/note-deliveries.ts';

export const onReservationConfirmed = (noting: Noting) =>
  handler(reservationConfirmed, (tx, event) => noteDeliveries(tx, event, noting, new Date()));
