import { handler } from '@frontrow/events/consumer';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import { insertEndedTicket } from '../storage/ended-tickets.ts';

export const onTicketEnded = handler(ticketEnded, (tx, { data }) =>
  insertEndedTicket(tx.manager, data.ticketId),
);
