import { maySee } from '@frontrow/kit/viewer';
import type { PaymentResolvers } from './types.generated.ts';

export const Payment: PaymentResolvers = {
  __resolveReference: async ({ id }, { viewer, payments }) => {
    const payment = await payments.load(id);
    return payment !== null && maySee(viewer, payment.userId) ? payment : null;
  },
  wallet: ({ userId }, _args, { walletsByUser }) => walletsByUser.load(userId),
  reservation: ({ reservationId }) => ({ id: reservationId }),
};
