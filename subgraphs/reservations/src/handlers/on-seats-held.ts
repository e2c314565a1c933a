import { handler } from '@frontrow/events/consumer';
import { seatsHeld } from '@frontrow/events/contracts/concerts';
import { createReservation } from '../operations/create-reservation.ts';

export const onSeatsHeld = handler(seatsHeld, (tx, { data }) => createReservation(tx, data, new Date()));
