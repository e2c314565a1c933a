import { ownData } from '@frontrow/kit/viewer';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  purchases: async ({ userId, reservationIds }, _args, { sagas }) => {
    if (!reservationIds) return null;
    const found = await sagas.loadMany(reservationIds);
    return found.filter((saga) => saga !== null && 'userId' in saga && saga.userId === userId);
  },
};
