import { requireViewer } from '@frontrow/kit/viewer';
import { cancelReservation } from '../operations/cancel-reservation.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  cancelReservation: (_root, { id }, { outbox, arrivals, viewer, now }) => {
    const { id: userId } = requireViewer(viewer);
    const mayStillCome = arrivals.mayStillCome(id);
    return arrivals.retry([id], () => cancelReservation(outbox, { id, userId, mayStillCome, now: now() }));
  },
};
