import { handler } from '@frontrow/events/consumer';
import { reservationCreated } from '@frontrow/events/contracts/reservations';
import { insertPayable } from '../storage/payables.ts';

export const onReservationCreated = handler(reservationCreated, async (tx, { data }) => {
  const { reservationId, userId, total } = data;
  const expiresAt = new Date(data.expiresAt);
  // Does nothing where there is a tombstone: the reservation ended before this news of its creation came.
  await insertPayable(tx.manager, { status: 'OPEN', reservationId, userId, total, expiresAt });
});
