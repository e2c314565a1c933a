import { ownData } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { findReservationsOf } from '../storage/reservations.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  reservationIds: async (mine, _args, context) => (await reservationsOf(mine, context)).map(({ id }) => id),
  reservations: async (mine, _args, context) => {
    const reservations = await reservationsOf(mine, context);
    const tickets = await Promise.all(reservations.map(({ id }) => context.tickets.load(id)));
    return reservations.map((reservation, i) => ({ ...reservation, tickets: tickets[i] }));
  },
};

function reservationsOf({ userId }: { userId: string }, { outbox }: Context) {
  return findReservationsOf(outbox.database.manager, {
    userId,
    status: undefined,
    before: undefined,
    count: 1_000,
  });
}
