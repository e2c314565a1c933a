import { checkIdempotencyKey } from '@frontrow/kit/idempotency';
import { requireViewer } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import type { MutationResolvers } from './types.generated.ts';

/** What an earlier mutation of the same request loaded, a wallet's balance above all, is old by now. */
function forgetLoaded({ payments, paymentsByReservation, walletsByUser }: Context): void {
  for (const loader of [payments, paymentsByReservation, walletsByUser]) loader.clearAll();
}

export const Mutation: MutationResolvers = {
  chargePoints: (_root, { input: { amount, idempotencyKey } }, context) => {
    const { till, arrivals } = context;
    const { id: userId } = requireViewer(context.viewer);
    checkIdempotencyKey(idempotencyKey);
    forgetLoaded(context);
    return arrivals.retry([userId], () => till.charge({ userId, amount, idempotencyKey }));
  },

  pay: (_root, { input: { reservationId, idempotencyKey } }, context) => {
    const { till, arrivals } = context;
    const { id: userId } = requireViewer(context.viewer);
    checkIdempotencyKey(idempotencyKey);
    forgetLoaded(context);
    const mayStillCome = arrivals.mayStillCome(reservationId);
    const call = { userId, reservationId, mayStillCome, idempotencyKey };
    return arrivals.retry([reservationId, userId], () => till.pay(call));
  },
};
