import { asOperator } from '@frontrow/events/operator-action';
import { isId } from '@frontrow/kit/ids';
import { requireViewer } from '@frontrow/kit/viewer';
import { configureRoom } from '../operations/configure-room.ts';
import { noSuchRoom } from '../operations/join-room.ts';
import { leaveForGood } from '../operations/leave-queue.ts';
import { onceOpen } from './once-open.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  enterQueue: async (_mutation, { concertId, challengeSolution }, { viewer, join, challenges, arrivals }) => {
    const userId = requireViewer(viewer).id;
    if (!isId(concertId)) return noSuchRoom();
    const solvedAfter =
      challengeSolution == null ? null : await challenges.check(challengeSolution, { userId, concertId });
    return onceOpen(arrivals, concertId, () => join(concertId, userId, solvedAfter));
  },

  leaveQueue: (_mutation, { ticketId }, { viewer, lineDeps, closedPasses }) =>
    leaveForGood(lineDeps, closedPasses, requireViewer(viewer).id, ticketId),

  configureWaitingRoom: async (_mutation, { input }, { viewer, lineDeps, arrivals, wake }) => {
    const acting = asOperator(viewer, 'configureWaitingRoom');
    const { concertId, status, maxActive, admitPerSecond, admissionSeconds, challenge } = input;
    const change = {
      // Settings that are not given stay as they are.
      ...(status != null && { status }),
      ...(maxActive != null && { maxActive }),
      ...(admitPerSecond != null && { admitPerSecond }),
      ...(admissionSeconds != null && { admissionSeconds }),
      ...(challenge != null && { challenge }),
    };
    const room = await onceOpen(arrivals, concertId, () =>
      configureRoom(lineDeps, acting, concertId, change),
    );
    wake();
    return room;
  },
};
