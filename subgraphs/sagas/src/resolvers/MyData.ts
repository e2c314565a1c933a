import { ownData } from '@frontrow/kit/viewer';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  purchases: async ({ userId, reservationIds }, _args, { sagas }) => {
    if (!reservationIds) return null;
    // Unlike `loadMany`, this fails if one of them cannot be read.
    const found = await Promise.all(reservationIds.map((id) => sagas.load(id)));
    return found.filter((saga) => saga?.userId === userId);
  },
};
