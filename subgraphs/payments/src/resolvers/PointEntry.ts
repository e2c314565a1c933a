import { toInt } from './int.ts';
import type { PointEntryResolvers } from './types.generated.ts';

export const PointEntry: PointEntryResolvers = {
  balanceAfter: ({ balanceAfter }) => toInt(balanceAfter),
  wallet: ({ userId }, _args, { walletsByUser }) => walletsByUser.load(userId),
  payment: ({ paymentId }, _args, { payments }) => (paymentId === null ? null : payments.load(paymentId)),
};
