import type { Venue } from '../domain/concert.ts';
import { availabilityOf } from './availability.ts';
import type { ConcertResolvers } from './types.generated.ts';

export const Concert: ConcertResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.concerts.load(id),
  venue: async ({ venueId }, _args, { loaders }) => (await loaders.venues.load(venueId)) as Venue,
  schedules: async ({ id }, args, { loaders, cost }) => {
    const { from, to, onlyAvailable, includeCancelled, includePast } = args;
    const now = new Date();
    const all = await loaders.schedulesOf.load(id);
    // A show that has begun cannot be booked any more, whatever `from` says.
    const asked = all.filter(
      ({ startsAt, cancelledAt }) =>
        (includePast || startsAt > now) &&
        (includeCancelled || cancelledAt === null) &&
        (from == null || startsAt >= from) &&
        (to == null || startsAt <= to),
    );
    cost.chargeObjects(asked.length);
    if (!onlyAvailable) return asked;
    const availabilities = await Promise.all(asked.map((schedule) => availabilityOf(schedule, loaders)));
    return asked.filter((_, index) => (availabilities[index]?.available ?? 0) > 0);
  },
};
