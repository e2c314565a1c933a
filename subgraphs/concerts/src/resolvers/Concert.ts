import { isOperator } from '@frontrow/kit/viewer';
import type { GraphQLResolveInfo } from 'graphql';
import type { Venue } from '../domain/concert.ts';
import { availabilityOf } from './availability.ts';
import type { ConcertResolvers } from './types.generated.ts';

export const Concert: ConcertResolvers = {
  __resolveReference: async ({ id }, { viewer, loaders }, info) => {
    const concert = await loaders.concerts.load(id);
    // A concert is published without a message to caches. One that is hidden now may be seen in a moment, and operators see what others
    // may not see yet.
    const isForEverybody = concert !== null && (concert.publishAt === null || !isOperator(viewer));
    if (!isForEverybody) keepForNobody(info);
    return concert;
  },
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

/** Overrides the type's `@cacheControl`, so that no cache keeps the answer. Apollo's cache control plugin adds `cacheControl` to the info. */
const keepForNobody = (info: GraphQLResolveInfo) => {
  const { cacheControl } = info as { cacheControl?: { cacheHint: { restrict(hint: object): void } } };
  cacheControl?.cacheHint.restrict({ maxAge: 0 });
};
