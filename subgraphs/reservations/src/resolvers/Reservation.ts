import { visibleReservation } from './Query.ts';
import type { ReservationResolvers } from './types.generated.ts';

export const Reservation: ReservationResolvers = {
  __resolveReference: ({ id }, context) => visibleReservation(id, context),
  user: ({ userId }) => ({ id: userId }),
  concert: ({ concertId }) => ({ id: concertId }),
  schedule: ({ scheduleId }) => ({ id: scheduleId }),
  tickets: () => [],
};
