import { forbidden, serviceUnavailable } from '@frontrow/kit/errors';
import { maySee, requireViewer } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { SubscriptionResolvers } from './types.generated.ts';

export const Subscription: SubscriptionResolvers = {
  reservationChanged: {
    subscribe: async (_root, { id }, context) => {
      const viewer = requireViewer(context.viewer);
      const { reservations, arrivals, followers } = context;
      // A fan may be here before the news of their hold is.
      const reservation = await arrivals.load(reservations, id);
      if (reservation === null && arrivals.mayStillCome(id)) {
        throw serviceUnavailable('This reservation has not been heard of here yet. Try again.');
      }
      // Whether there is such a reservation is nobody else's business either.
      if (reservation === null || !maySee(viewer, reservation.userId)) {
        throw forbidden('You have no such reservation.');
      }
      return followers.follow(reservation);
    },
    resolve: (reservation: Reservation, _args: unknown, { reservations, tickets }: Context) => {
      // The subscription keeps its context, and what was loaded for one event is old at the next one.
      reservations.clearAll();
      tickets.clearAll();
      return reservation;
    },
  },
};
