import { maySee } from '@frontrow/kit/viewer';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  waitingRoom: (_query, { concertId }, { rooms }) => rooms.load(concertId),

  queueTicket: async (_query, { id }, { tickets, viewer }) => {
    const ticket = await tickets.load(id);
    return ticket !== null && maySee(viewer, ticket.userId) ? ticket : null;
  },
};
