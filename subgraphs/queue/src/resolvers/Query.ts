import { maySee } from '@frontrow/kit/viewer';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  waitingRoom: (_query, { concertId }, { loaders, arrivals }) => arrivals.load(loaders.rooms, concertId),

  queueTicket: async (_query, { id }, { loaders, viewer }) => {
    const ticket = await loaders.tickets.load(id);
    return ticket !== null && maySee(viewer, ticket.userId) ? ticket : null;
  },
};
