import type { Hall as DrawnHall } from '../domain/hall.ts';
import type { Loaders } from '../loaders.ts';
import type { HallSummary } from '../storage/halls.ts';
import type { HallResolvers } from './types.generated.ts';

// A list of halls is read without their drawings, because those are large.
export const Hall: HallResolvers = {
  stage: async (hall, _args, { loaders }) => (await drawingOf(hall, loaders)).stage,
  sections: async (hall, _args, { loaders }) => [...(await drawingOf(hall, loaders)).sections],
};

const drawingOf = async (hall: HallSummary | DrawnHall, loaders: Loaders): Promise<DrawnHall> =>
  'sections' in hall ? hall : ((await loaders.halls.load(hall.id)) as DrawnHall);
