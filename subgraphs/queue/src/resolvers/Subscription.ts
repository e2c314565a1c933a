import { badUserInput, forbidden } from '@frontrow/kit/errors';
import { maySee, requireViewer } from '@frontrow/kit/viewer';
import type { ShownTicket } from '../positions/shown-ticket.ts';
import type { ShownRoom } from '../positions/room-followers.ts';
import { seenRoom } from './seen-room.ts';
import type { SubscriptionResolvers } from './types.generated.ts';

export const Subscription: SubscriptionResolvers = {
  queuePosition: {
    subscribe: async (_subscription, { ticketId }, { viewer, followedTickets, ticketFollowers }) => {
      const follower = requireViewer(viewer);
      const ticket = await followedTickets.load(ticketId);
      // An unknown ticket gets the same answer, so that nobody learns which tickets exist.
      if (ticket === null || !maySee(follower, ticket.userId)) throw forbidden('You have no such ticket.');
      return ticketFollowers.follow(ticket, follower.id === ticket.userId);
    },
    resolve: (ticket: ShownTicket) => ticket,
  },

  waitingRoomChanged: {
    subscribe: async (_subscription, { concertId }, { followedRooms, roomFollowers, viewer }) => {
      const room = seenRoom(await followedRooms.load(concertId), viewer);
      if (room === null) throw badUserInput('concertId', 'is not that of a concert with a waiting room.');
      return roomFollowers.follow(room);
    },
    resolve: (room: ShownRoom) => room,
  },
};
