import { isId } from '@frontrow/kit/ids';
import { requireOperator, requireViewer } from '@frontrow/kit/viewer';
import { configureRoom } from '../operations/configure-room.ts';
import { noSuchRoom } from '../operations/join-room.ts';
import { onceOpen } from './once-open.ts';
import { leaveQueue } from '../operations/leave-queue.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  enterQueue: async (_mutation, { concertId }, { viewer, join, arrivals }) => {
    const fan = requireViewer(viewer);
    if (!isId(concertId)) return noSuchRoom();
    return onceOpen(arrivals, concertId, () => join(concertId, fan.id));
  },

  leaveQueue: (_mutation, { ticketId }, { viewer, lobby }) =>
    leaveQueue(lobby, requireViewer(viewer).id, ticketId),

  configureWaitingRoom: async (_mutation, { input }, { viewer, lobby, arrivals, wake }) => {
    requireOperator(viewer);
    const { concertId, status, maxActive, admitPerSecond, admissionSeconds } = input;
    const change = {
      // What is not given stays as it is.
      ...(status != null && { status }),
      ...(maxActive != null && { maxActive }),
      ...(admitPerSecond != null && { admitPerSecond }),
      ...(admissionSeconds != null && { admissionSeconds }),
    };
    const room = await onceOpen(arrivals, concertId, () => configureRoom(lobby, concertId, change));
    wake();
    return room;
  },
};
