import { maySee } from '@frontrow/kit/viewer';
import type { ReservationResolvers } from './types.generated.ts';

export const Reservation: ReservationResolvers = {
  payment: async ({ id }, _args, { viewer, paymentsByReservation }) => {
    const payment = await paymentsByReservation.load(id);
    return payment !== null && maySee(viewer, payment.userId) ? payment : null;
  },
};
