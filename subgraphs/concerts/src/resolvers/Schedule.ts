import { asBefore, lastMinutes, ofEach } from '@frontrow/kit/minutes';
import { text } from '@frontrow/kit/text';
import { isOperator } from '@frontrow/kit/viewer';
import type { Concert } from '../domain/concert.ts';
import { findScheduleMinutes } from '../storage/schedule-minutes.ts';
import { availabilityOf } from './availability.ts';
import { seatMapOf } from './seat-map.ts';
import { seatsOf } from './seats.ts';
import type { ScheduleResolvers } from './types.generated.ts';

export const Schedule: ScheduleResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.schedules.load(id),
  concert: async ({ concertId }, _args, { loaders }) => (await loaders.concerts.load(concertId)) as Concert,
  sections: async ({ id }, _args, { loaders, cost }) => {
    const sections = await loaders.sectionsOf.load(id);
    cost.chargeObjects(sections.length);
    return sections;
  },
  seats: (schedule, { section, status }, context, info) => {
    const named = section == null ? undefined : text('section', section, { min: 0, max: 200 });
    return seatsOf(schedule, { section: named, status: status ?? undefined }, context, info);
  },
  seatMap: (schedule, _args, context) => seatMapOf(schedule, context),
  history: async (schedule, args, { viewer, loaders, saleDeps }) => {
    if (!isOperator(viewer)) return null;
    const minutes = lastMinutes(args.minutes, new Date());
    const [kept, { held, sold }] = await Promise.all([
      findScheduleMinutes(saleDeps.outbox.database.manager, schedule.id, minutes[0]),
      availabilityOf(schedule, loaders),
    ]);
    // For the present minute, the present numbers are used.
    return [...ofEach(minutes.slice(0, -1), kept, asBefore), { at: minutes.at(-1) as Date, held, sold }];
  },
  availability: (schedule, _args, { loaders }) => availabilityOf(schedule, loaders),
};
