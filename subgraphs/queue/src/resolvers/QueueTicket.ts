import { maySee } from '@frontrow/kit/viewer';
import { admissionPass } from '../admission-pass.ts';
import type { Context } from '../context.ts';
import { estimatedWaitSeconds } from '../domain/estimated-wait.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { QueueTicketResolvers } from './types.generated.ts';

export const QueueTicket: QueueTicketResolvers = {
  __resolveReference: async ({ id }, { loaders, viewer }) => {
    const ticket = await loaders.tickets.load(id);
    return ticket !== null && maySee(viewer, ticket.userId) ? ticket : null;
  },

  concert: ({ concertId }) => ({ id: concertId }),

  position: (ticket, _arguments, context) => ticket.inLine?.position ?? positionOf(ticket, context),

  estimatedWaitSeconds: (ticket, _arguments, context) =>
    ticket.inLine?.estimatedWaitSeconds ?? waitOf(ticket, context),

  admissionToken: (ticket, _arguments, { viewer, passKeys }) =>
    viewer?.id === ticket.userId ? admissionPass(passKeys, ticket, new Date()) : null,
};

/** 1 + the tickets that wait with a smaller number; 0 for a ticket that waits no more. */
async function positionOf(
  { status, concertId, number }: Ticket,
  { loaders, knownLines }: Context,
): Promise<number> {
  if (status !== 'WAITING') return 0;
  // The room's row has the line's version; a replica that does not know that version yet reads the change.
  const room = await loaders.rooms.load(concertId);
  const line = await knownLines.upTo(concertId, room?.version ?? 0);
  return 1 + line.ahead(number);
}

async function waitOf(ticket: Ticket, context: Context): Promise<number> {
  const [position, room, active] = await Promise.all([
    positionOf(ticket, context),
    context.loaders.rooms.load(ticket.concertId),
    context.loaders.active.load(ticket.concertId),
  ]);
  return room === null ? 0 : estimatedWaitSeconds(room, active, position, new Date());
}
