import { ticketCode } from '../ticket-code.ts';
import type { TicketResolvers } from './types.generated.ts';

export const Ticket: TicketResolvers = {
  code: ({ id, scheduleId }, _args, { ticketKeys }) => ticketCode(ticketKeys, { ticketId: id, scheduleId }),
};
