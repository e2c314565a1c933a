import { forbidden, serviceUnavailable } from '@frontrow/kit/errors';
import { maySee, requireViewer } from '@frontrow/kit/viewer';
import type { Reservation } from '../domain/reservation.ts';
import type { SubscriptionResolvers } from './types.generated.ts';

export const Subscription: SubscriptionResolvers = {
  reservationChanged: {
    subscribe: async (_root, { id }, context) => {
      const viewer = requireViewer(context.viewer);
      const { reservations, arrivals, followers } = context;
      // The fan may be faster than the news of their hold.
      const reservation = await arrivals.load(reservations, id);
      if (reservation === null && arrivals.mayStillCome(id)) {
        throw serviceUnavailable('The news of this reservation has not arrived here yet. Try again.');
      }
      // Others must not learn whether there is such a reservation either.
      if (reservation === null || !maySee(viewer, reservation.userId)) {
        throw forbidden('You have no such reservation.');
      }
      return followers.follow(reservation);
    },
    resolve: (reservation: Reservation) => reservation,
  },
};
