import type { TicketEnd } from '@frontrow/events/contracts/queue';
import type { Transaction } from '@frontrow/events/outbox';
import type { Room } from '../domain/room.ts';
import { end } from '../domain/ticket.ts';
import type { Waiting } from '../domain/ticket.ts';
import { firstWaiting, updateTickets } from '../storage/tickets.ts';
import { changeLine, nextVersion } from './change-line.ts';
import type { LineDependencies } from './line-dependencies.ts';

/** How many tickets one transaction moves at most, so that waves, and waits for the room's lock, stay short. */
export const batchSize = 500;

/** Ends waiting tickets of this room. The caller has locked the room, and calls `changeLine` afterwards. */
export async function endWaiting(
  tx: Transaction,
  room: Room,
  tickets: readonly Waiting[],
  reason: TicketEnd,
  now: Date,
): Promise<void> {
  const decisions = tickets.map((ticket) => end(ticket, reason, now));
  await updateTickets(
    tx.manager,
    decisions.map(({ next }) => next),
    nextVersion(room),
  );
  tx.emit(...decisions.flatMap(({ events }) => events));
}

/** Sends the line of a closed room home, at most one batch of it. */
export async function sendHome(
  lineDeps: LineDependencies,
  tx: Transaction,
  room: Room,
  now: Date,
): Promise<'more' | 'done'> {
  const tickets = await firstWaiting(tx.manager, room.concertId, batchSize);
  if (tickets.length === 0) return 'done';
  await endWaiting(tx, room, tickets, 'EXPIRED', now);
  const gone = tickets.map(({ number }) => number);
  await changeLine(lineDeps, tx, room, { gone }, { waiting: -gone.length });
  return tickets.length === batchSize ? 'more' : 'done';
}
