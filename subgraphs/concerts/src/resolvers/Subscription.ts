import { badUserInput } from '@frontrow/kit/errors';
import { withDates } from '../concert-followers.ts';
import type { FollowedConcert } from '../concert-followers.ts';
import type { SeatsChanged } from '../seat-changes.ts';
import type { SubscriptionResolvers } from './types.generated.ts';

export const Subscription: SubscriptionResolvers = {
  seatsChanged: {
    subscribe: async (_, { scheduleId, since }, { loaders, seatMaps }) => {
      const schedule = await loaders.schedules.load(scheduleId);
      if (schedule === null) throw badUserInput('scheduleId', 'is not that of a schedule.');
      return seatMaps.follow(schedule, since ?? undefined);
    },
    resolve: (changed: SeatsChanged) => changed,
  },
  concertChanged: {
    subscribe: async (_, { id }, { loaders, concertFollowers, saleDeps }) => {
      const concert = await loaders.concerts.load(id);
      const [followed] = concert === null ? [] : await withDates(saleDeps.outbox.database.manager, [concert]);
      if (followed === undefined) throw badUserInput('id', 'is not that of a concert.');
      return concertFollowers.follow(followed);
    },
    resolve: ({ concert }: FollowedConcert) => concert,
  },
};
