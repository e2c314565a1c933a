import { handler } from '@frontrow/events/consumer';
import { reservationCancelled } from '@frontrow/events/contracts/reservations';
import { withdrawExtension } from '../operations/follow-hold.ts';

export const onReservationCancelled = handler(reservationCancelled, (tx, { data }) =>
  withdrawExtension(tx, data),
);
