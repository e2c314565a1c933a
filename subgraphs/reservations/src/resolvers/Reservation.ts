import { refundableUntil } from '../domain/reservation.ts';
import { catchUp, isBehind } from '../operations/store-changes.ts';
import { visibleReservation } from './Query.ts';
import type { ReservationResolvers } from './types.generated.ts';

export const Reservation: ReservationResolvers = {
  __resolveReference: ({ id }, context) => visibleReservation(id, context),
  refundableUntil,
  user: ({ userId }) => ({ id: userId }),
  concert: ({ concertId }) => ({ id: concertId }),
  schedule: ({ scheduleId }) => ({ id: scheduleId }),
  tickets: async (reservation, _args, { viewer, tickets, outbox, now }) => {
    const { id, userId, status, scheduleId, seats } = reservation;
    if (viewer?.id !== userId || status === 'PENDING' || status === 'EXPIRED') return [];
    let found = await tickets.load(id);
    if (isBehind(reservation, found)) {
      await catchUp(outbox, id, now());
      found = await tickets.clear(id).load(id);
    }
    return found.flatMap((ticket) => {
      const seat = seats[ticket.position];
      return seat === undefined ? [] : [{ ...ticket, seat, scheduleId }];
    });
  },
};
