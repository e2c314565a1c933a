import type { ConcertResolvers } from './types.generated.ts';

export const Concert: ConcertResolvers = {
  waitingRoom: ({ id }, _arguments, { loaders, arrivals }) => arrivals.load(loaders.rooms, id),
};
