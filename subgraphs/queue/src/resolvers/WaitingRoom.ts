import { asBefore, lastMinutes, ofEach } from '@frontrow/kit/minutes';
import { isOperator } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { estimatedWaitSeconds } from '../domain/estimated-wait.ts';
import type { ShownRoom } from '../positions/room-followers.ts';
import { findRoomMinutes } from '../storage/room-minutes.ts';
import type { WaitingRoomResolvers } from './types.generated.ts';

export const WaitingRoom: WaitingRoomResolvers = {
  concert: ({ concertId }) => ({ id: concertId }),

  active: (room, _arguments, context) => activeIn(room, context),

  estimatedWaitSeconds: async (room, _arguments, context) =>
    estimatedWaitSeconds(room, await activeIn(room, context), room.waiting + 1, new Date()),

  history: async (room, args, context) => {
    if (!isOperator(context.viewer)) return null;
    const minutes = lastMinutes(args.minutes, new Date());
    const [kept, active] = await Promise.all([
      findRoomMinutes(context.lineDeps.outbox.database.manager, room.concertId, minutes[0]),
      activeIn(room, context),
    ]);
    // For the present minute, the present values are shown.
    const before = ofEach(minutes.slice(0, -1), kept, asBefore);
    return [...before, { at: minutes.at(-1) as Date, waiting: room.waiting, active }];
  },
};

const activeIn = ({ concertId, active }: ShownRoom, { loaders }: Context) =>
  active ?? loaders.active.load(concertId);
