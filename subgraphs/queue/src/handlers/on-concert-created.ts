import { handler } from '@frontrow/events/consumer';
import { concertCreated } from '@frontrow/events/contracts/concerts';
import { openRoom } from '../operations/open-room.ts';

export const onConcertCreated = handler(concertCreated, (tx, { data: { concertId, salesOpenAt } }) =>
  openRoom(tx, { concertId, salesOpenAt: new Date(salesOpenAt) }),
);
