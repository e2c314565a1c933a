import { forbidden } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import { maySee, requireViewer } from '@frontrow/kit/viewer';
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../context.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { SubscriptionResolvers } from './types.generated.ts';

/** A fan may follow a reservation at once whose seats.held is still under way: so long, in ms, an unknown one is waited for. */
const pausesMs = [25, 75, 200, 500, 1_000];

export const Subscription: SubscriptionResolvers = {
  reservationChanged: {
    subscribe: async (_root, { id }, context) => {
      const viewer = requireViewer(context.viewer);
      const reservation = await findSoon(id, context);
      // Whether there is such a reservation is nobody else's business either.
      if (reservation === null || !maySee(viewer, reservation.userId)) {
        throw forbidden('You have no such reservation.');
      }
      return context.followers.follow(reservation);
    },
    resolve: (reservation: Reservation, _args: unknown, { reservations }: Context) => {
      // The subscription keeps its context, and what was loaded for one event is old at the next one.
      reservations.clearAll();
      return reservation;
    },
  },
};

async function findSoon(id: string, { reservations }: Context): Promise<Reservation | null> {
  for (const pauseMs of isId(id) ? pausesMs : []) {
    const reservation = await reservations.clear(id).load(id);
    if (reservation !== null) return reservation;
    await pause(pauseMs);
  }
  return reservations.clear(id).load(id);
}
