import { estimatedWaitSeconds } from '../domain/estimated-wait.ts';
import type { WaitingRoomResolvers } from './types.generated.ts';

export const WaitingRoom: WaitingRoomResolvers = {
  concert: ({ concertId }) => ({ id: concertId }),

  active: ({ concertId }, _arguments, { loaders }) => loaders.active.load(concertId),

  estimatedWaitSeconds: async (room, _arguments, { loaders }) =>
    estimatedWaitSeconds(room, await loaders.active.load(room.concertId), room.waiting + 1, new Date()),
};
