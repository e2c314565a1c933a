import { ownData } from '@frontrow/kit/viewer';
import { findTicketsOfFans } from '../storage/tickets.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  waitingRooms: ({ userId }, _args, { lineDeps }) =>
    findTicketsOfFans(lineDeps.outbox.database.manager, [userId], 1_000),
};
