import type { TicketEnd } from '@frontrow/events/contracts/queue';
import type { Transaction } from '@frontrow/events/outbox';
import { end } from '../domain/ticket.ts';
import type { Waiting } from '../domain/ticket.ts';
import { countOff } from '../storage/rooms.ts';
import { firstWaiting, updateTickets } from '../storage/tickets.ts';

/** How many tickets one transaction moves at the most: a wave stays short, and so does the wait for the room's lock. */
export const batchSize = 500;

/** Ends tickets of one concert that wait. The transaction holds the room's lock. */
export async function endWaiting(
  tx: Transaction,
  concertId: string,
  tickets: readonly Waiting[],
  reason: TicketEnd,
  now: Date,
): Promise<void> {
  if (tickets.length === 0) return;
  const decisions = tickets.map((ticket) => end(ticket, reason, now));
  await updateTickets(
    tx.manager,
    decisions.map(({ next }) => next),
  );
  await countOff(tx.manager, concertId, tickets.length);
  tx.emit(...decisions.flatMap(({ events }) => events));
}

/** Sends the line of a closed room home, or the first part of it. */
export async function sendHome(tx: Transaction, concertId: string, now: Date): Promise<'more' | 'done'> {
  const tickets = await firstWaiting(tx.manager, concertId, batchSize);
  await endWaiting(tx, concertId, tickets, 'EXPIRED', now);
  return tickets.length === batchSize ? 'more' : 'done';
}
