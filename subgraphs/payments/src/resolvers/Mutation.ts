import { checkIdempotencyKey } from '@frontrow/kit/idempotency';
import { requireViewer } from '@frontrow/kit/viewer';
import { chargePoints } from '../operations/charge-points.ts';
import { pay } from '../operations/pay.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  chargePoints: (_root, { input: { amount, idempotencyKey } }, { viewer, outbox }) => {
    const { id: userId } = requireViewer(viewer);
    checkIdempotencyKey(idempotencyKey);
    return chargePoints(outbox, { userId, amount, idempotencyKey });
  },

  pay: (_root, { input: { reservationId, idempotencyKey } }, { viewer, outbox }) => {
    const { id: payerId } = requireViewer(viewer);
    checkIdempotencyKey(idempotencyKey);
    return pay(outbox, { payerId, reservationId, idempotencyKey });
  },
};
