import { visibleReservation } from './Query.ts';
import type { ReservationResolvers } from './types.generated.ts';

export const Reservation: ReservationResolvers = {
  __resolveReference: ({ id }, context) => visibleReservation(id, context),
  user: ({ userId }) => ({ id: userId }),
  concert: ({ concertId }) => ({ id: concertId }),
  schedule: ({ scheduleId }) => ({ id: scheduleId }),
  tickets: async ({ id, userId, status, scheduleId, seats }, _args, { viewer, tickets }) => {
    if (viewer?.id !== userId || status === 'PENDING' || status === 'EXPIRED') return [];
    const found = await tickets.load(id);
    return found.flatMap((ticket) => {
      const seat = seats[ticket.position];
      return seat === undefined ? [] : [{ ...ticket, seat, scheduleId }];
    });
  },
};
