import type { ReservedSeat } from '@frontrow/events/contracts/fields';
import type { SeatTicket } from '../domain/seat-ticket.ts';
import { ticketCode } from '../ticket-code.ts';
import type { TicketResolvers } from './types.generated.ts';

/** A ticket, with what its reservation knows about it. */
export interface ShownTicket extends SeatTicket {
  readonly seat: ReservedSeat;
  readonly scheduleId: string;
}

export const Ticket: TicketResolvers = {
  code: ({ id, scheduleId }, _args, { ticketKeys }) => ticketCode(ticketKeys, { ticketId: id, scheduleId }),
};
