import type { Transaction } from '@frontrow/events/outbox';
import type { Decision, Ticket } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { lockTicket, updateTickets } from '../storage/tickets.ts';

/**
 * Decides about one admitted ticket from the state found, and stores what follows. A ticket that nobody knows, or that
 * the decision leaves as it is, changes nothing.
 */
export async function changeTicket(
  tx: Transaction,
  ticketId: string,
  decide: (found: Ticket, now: Date) => Decision | Promise<Decision>,
): Promise<void> {
  const found = await lockTicket(tx.manager, ticketId);
  if (found === null) return;
  const { next, events } = await decide(found, await databaseNow(tx.manager));
  if (next === found) return;
  await updateTickets(tx.manager, [next]);
  tx.emit(...events);
}
