import { maySee } from '@frontrow/kit/viewer';
import { admissionPass } from '../admission-pass.ts';
import { estimatedWaitSeconds } from '../domain/estimated-wait.ts';
import type { QueueTicketResolvers } from './types.generated.ts';

export const QueueTicket: QueueTicketResolvers = {
  __resolveReference: async ({ id }, { tickets, viewer }) => {
    const ticket = await tickets.load(id);
    return ticket !== null && maySee(viewer, ticket.userId) ? ticket : null;
  },

  concert: ({ concertId }) => ({ id: concertId }),

  position: (ticket, _arguments, { positions }) => positions.load(ticket),

  estimatedWaitSeconds: async (ticket, _arguments, { positions, rooms, active }) => {
    const [position, room, admitted] = await Promise.all([
      positions.load(ticket),
      rooms.load(ticket.concertId),
      active.load(ticket.concertId),
    ]);
    return room === null ? 0 : estimatedWaitSeconds(room, admitted, position, new Date());
  },

  admissionToken: (ticket, _arguments, { viewer, passKeys }) =>
    viewer?.id === ticket.userId ? admissionPass(passKeys, ticket, new Date()) : null,
};
