import { ownData } from '@frontrow/kit/viewer';
import { findDeliveriesAbout } from '../storage/deliveries.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  deliveries: ({ userId, reservationIds }, _args, { outbox }) =>
    // Links that were mailed are about the user.
    reservationIds ? findDeliveriesAbout(outbox.database.manager, [...reservationIds, userId]) : null,
};
