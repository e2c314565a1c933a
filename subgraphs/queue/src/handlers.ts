import { batchHandler, handler } from '@frontrow/events/handler';
import { concertChanged, concertCreated, scheduleCancelled } from '@frontrow/events/contracts/concerts';
import { reservationConfirmed } from '@frontrow/events/contracts/reservations';
import { userDeleted } from '@frontrow/events/contracts/users';
import { changeRoomTimes } from './operations/change-room-times.ts';
import { closeRoom } from './operations/close-room.ts';
import { completeTickets } from './operations/complete-tickets.ts';
import { leaveAllQueues } from './operations/leave-queue.ts';
import { openRoom } from './operations/open-room.ts';

const onConcertCreated = handler(concertCreated, (tx, { data: { concertId, salesOpenAt, publishAt } }) =>
  openRoom(tx, { concertId, salesOpenAt: new Date(salesOpenAt), publishAt: instantOrNull(publishAt) }),
);

const onConcertChanged = handler(concertChanged, (tx, { data }) =>
  changeRoomTimes(tx, {
    concertId: data.concertId,
    concertVersion: data.version,
    salesOpenAt: new Date(data.salesOpenAt),
    publishAt: instantOrNull(data.publishAt),
  }),
);

const instantOrNull = (instant: string | null | undefined) => (instant == null ? null : new Date(instant));

const onScheduleCancelled = handler(scheduleCancelled, async (tx, { data }) => {
  const { concertId, salesOpenAt, isLastDate } = data;
  if (isLastDate) await closeRoom(tx, { concertId, salesOpenAt: new Date(salesOpenAt) });
});

const onReservationConfirmed = batchHandler(reservationConfirmed, (tx, events) =>
  completeTickets(
    tx,
    events.map(({ data: { ticketId }, traceparent }) => ({ ticketId, traceparent })),
  ),
);

const onUserDeleted = handler(userDeleted, (tx, { data }) => leaveAllQueues(tx, data.userId));

/** The handlers of all events that the queue listens to. */
export const handlers = [
  onConcertCreated,
  onConcertChanged,
  onScheduleCancelled,
  onReservationConfirmed,
  onUserDeleted,
];
