import { forbidden } from '@frontrow/kit/errors';
import { maySee, requireViewer } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import type { ShownTicket } from '../live/place.ts';
import type { SubscriptionResolvers } from './types.generated.ts';

export const Subscription: SubscriptionResolvers = {
  queuePosition: {
    subscribe: async (_subscription, { ticketId }, { viewer, followedTickets, followers }) => {
      const fan = requireViewer(viewer);
      const ticket = await followedTickets.load(ticketId);
      // Whether there is such a ticket is nobody else's business either.
      if (ticket === null || !maySee(fan, ticket.userId)) throw forbidden('You have no such ticket.');
      return followers.follow(ticket, fan.id === ticket.userId);
    },
    resolve: (ticket: ShownTicket, _arguments: unknown, context: Context) => {
      context.forgetLoaded();
      return ticket;
    },
  },
};
