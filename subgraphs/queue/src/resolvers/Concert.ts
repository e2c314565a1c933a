import { seenRoom } from './seen-room.ts';
import type { ConcertResolvers } from './types.generated.ts';

export const Concert: ConcertResolvers = {
  waitingRoom: async ({ id }, _arguments, { loaders, arrivals, viewer }) =>
    seenRoom(await arrivals.load(loaders.rooms, id), viewer),
};
