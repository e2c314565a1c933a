import type { Context } from '../context.ts';
import { estimatedWaitSeconds } from '../domain/estimated-wait.ts';
import type { ShownRoom } from '../live/watchers.ts';
import type { WaitingRoomResolvers } from './types.generated.ts';

export const WaitingRoom: WaitingRoomResolvers = {
  concert: ({ concertId }) => ({ id: concertId }),

  active: (room, _arguments, context) => activeIn(room, context),

  estimatedWaitSeconds: async (room, _arguments, context) =>
    estimatedWaitSeconds(room, await activeIn(room, context), room.waiting + 1, new Date()),
};

const activeIn = ({ concertId, active }: ShownRoom, { loaders }: Context) =>
  active ?? loaders.active.load(concertId);
