import { ownData } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { findReservationsOf } from '../storage/reservations.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  reservationIds: async (mine, _args, context) => (await reservationsOf(mine, context)).map(({ id }) => id),
  reservations: (mine, _args, context) => reservationsOf(mine, context),
};

function reservationsOf({ userId }: { userId: string }, { outbox }: Context) {
  return findReservationsOf(outbox.database.manager, {
    userId,
    status: undefined,
    before: undefined,
    count: 1_000,
  });
}
