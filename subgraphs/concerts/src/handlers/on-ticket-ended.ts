import { handler } from '@frontrow/events/consumer';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import { insertEndedTicket } from '../storage/ended-tickets.ts';

export const onTicketEnded = (tellClosed: (ticketId: string) => void) =>
  handler(ticketEnded, async (tx, { data: { ticketId, reason } }) => {
    await insertEndedTicket(tx.manager, ticketId);
    // Only the fan who leaves waits to hear it.
    if (reason === 'LEFT') {
      tx.afterCommit(() => {
        tellClosed(ticketId);
      });
    }
  });
