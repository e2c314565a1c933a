import { ownData } from '@frontrow/kit/viewer';
import { findHoldsOf } from '../storage/holds.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  holds: ({ userId, reservationIds }, _args, { saleDeps }) =>
    reservationIds ? findHoldsOf(saleDeps.outbox.database.manager, userId, reservationIds) : null,
};
