import { text } from '@frontrow/kit/text';
import type { Concert } from '../domain/concert.ts';
import { availabilityOf } from './availability.ts';
import type { ScheduleResolvers } from './types.generated.ts';

export const Schedule: ScheduleResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.schedules.load(id),
  concert: async ({ concertId }, _args, { loaders }) => (await loaders.concerts.load(concertId)) as Concert,
  sections: ({ id }, _args, { loaders }) => loaders.sectionsOf.load(id),
  seats: ({ id }, { section, status }, { loaders }) => {
    const named = section == null ? undefined : text('section', section, { min: 0, max: 200 });
    return loaders.seatsOf({ section: named, status: status ?? undefined }).load(id);
  },
  availability: (schedule, _args, { loaders }) => availabilityOf(schedule, loaders),
};
