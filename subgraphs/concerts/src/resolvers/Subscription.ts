import { badUserInput } from '@frontrow/kit/errors';
import type { Context } from '../context.ts';
import type { SeatsChanged } from '../seat-changes.ts';
import type { SubscriptionResolvers } from './types.generated.ts';

export const Subscription: SubscriptionResolvers = {
  seatsChanged: {
    subscribe: async (_, { scheduleId, since }, { loaders, seatMaps }) => {
      const schedule = await loaders.schedules.load(scheduleId);
      if (schedule === null) throw badUserInput('scheduleId', 'is not that of a schedule.');
      return seatMaps.follow(schedule, since ?? undefined);
    },
    resolve: (changed: SeatsChanged, _args: unknown, { forgetLoaded }: Context) => {
      forgetLoaded();
      return changed;
    },
  },
};
