import { asOperator } from '@frontrow/events/operator-action';
import { isId } from '@frontrow/kit/ids';
import { requireViewer } from '@frontrow/kit/viewer';
import { configureRoom } from '../operations/configure-room.ts';
import { noSuchRoom } from '../operations/join-room.ts';
import { leaveQueue } from '../operations/leave-queue.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  enterQueue: async (_mutation, { concertId }, { viewer, join }) => {
    const fan = requireViewer(viewer);
    return isId(concertId) ? join(concertId, fan.id) : noSuchRoom();
  },

  leaveQueue: (_mutation, { ticketId }, { viewer, lobby }) =>
    leaveQueue(lobby, requireViewer(viewer).id, ticketId),

  configureWaitingRoom: async (_mutation, { input }, { viewer, lobby, wake }) => {
    const acting = asOperator(viewer, 'configureWaitingRoom');
    const { concertId, status, maxActive, admitPerSecond, admissionSeconds } = input;
    const room = await configureRoom(lobby, acting, concertId, {
      // What is not given stays as it is.
      ...(status != null && { status }),
      ...(maxActive != null && { maxActive }),
      ...(admitPerSecond != null && { admitPerSecond }),
      ...(admissionSeconds != null && { admissionSeconds }),
    });
    wake();
    return room;
  },
};
