import { maySee, requireViewer } from '@frontrow/kit/viewer';
import { giveChallenge } from '../operations/give-challenge.ts';
import { seenRoom } from './seen-room.ts';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  waitingRoom: async (_query, { concertId }, { loaders, arrivals, viewer }) =>
    seenRoom(await arrivals.load(loaders.rooms, concertId), viewer),

  queueTicket: async (_query, { id }, { loaders, viewer }) => {
    const ticket = await loaders.tickets.load(id);
    return ticket !== null && maySee(viewer, ticket.userId) ? ticket : null;
  },

  queueChallenge: async (_query, { concertId }, { loaders, viewer, lineDeps, challenges }) => {
    const userId = requireViewer(viewer).id;
    const room = seenRoom(await loaders.rooms.load(concertId), viewer);
    return room?.challenge === true
      ? giveChallenge(lineDeps.outbox.database.manager, challenges, room, userId)
      : null;
  },
};
