import { ownData } from '@frontrow/kit/viewer';
import { findDeliveriesAbout } from '../storage/deliveries.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  deliveries: ({ reservationIds }, _args, { outbox }) =>
    reservationIds ? findDeliveriesAbout(outbox.database.manager, reservationIds) : null,
};
