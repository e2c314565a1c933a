import { requireViewer } from '@frontrow/kit/viewer';
import { cancelReservation } from '../operations/cancel-reservation.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  cancelReservation: (_root, { id }, { outbox, viewer, now }) =>
    cancelReservation(outbox, { id, userId: requireViewer(viewer).id, now: now() }),
};
