import type { ConcertResolvers } from './types.generated.ts';

export const Concert: ConcertResolvers = {
  waitingRoom: ({ id }, _arguments, { loaders }) => loaders.rooms.load(id),
};
