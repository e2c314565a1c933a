import { estimatedWaitSeconds } from '../domain/estimated-wait.ts';
import type { WaitingRoomResolvers } from './types.generated.ts';

export const WaitingRoom: WaitingRoomResolvers = {
  concert: ({ concertId }) => ({ id: concertId }),

  active: ({ concertId }, _arguments, { active }) => active.load(concertId),

  estimatedWaitSeconds: async (room, _arguments, { active }) =>
    estimatedWaitSeconds(room, await active.load(room.concertId), room.waiting + 1, new Date()),
};
