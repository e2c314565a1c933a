import type { Transaction } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { ClosedPasses } from '../positions/closed-passes.ts';
import { isLive, leave } from '../domain/ticket.ts';
import type { Ticket } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { lockRoom } from '../storage/rooms.ts';
import { findLiveTicketsOf, findTickets, lockTicket, updateTickets } from '../storage/tickets.ts';
import { changeLine, nextVersion } from './change-line.ts';
import type { LineDependencies } from './line-dependencies.ts';

const noSuchTicket = () => refuse('NOT_FOUND', 'You have no such ticket.');

/** How recently a ticket must have ended, in ms, for a repeated call to wait for the end of its pass too. */
const justNowMs = 2_000;

/**
 * Like `leaveQueue`, but returns only when the ticket's pass can no longer hold seats, because `concerts` knows that the ticket has ended. That
 * takes a few milliseconds, or at most two seconds. While `concerts` is down nobody holds seats, and it learns of the end before it
 * sells again.
 */
export async function leaveForGood(
  lineDeps: LineDependencies,
  passes: ClosedPasses,
  userId: string,
  ticketId: string,
): Promise<Ticket | Refusal<'NOT_FOUND'>> {
  const closed = passes.closing(ticketId);
  const calledAt = await databaseNow(lineDeps.outbox.database.manager);
  const left = await leaveQueue(lineDeps, userId, ticketId);
  const hadPass = 'endedAt' in left && left.endedBecause === 'LEFT' && left.admittedAt !== null;
  // The pass of a ticket that ended longer ago was closed before this call, and nobody reports that again.
  if (hadPass && calledAt.getTime() - left.endedAt.getTime() < justNowMs) await closed;
  return left;
}

/** The fan gives up the place, in the line or in the shop. A ticket that has already ended is returned unchanged. */
export async function leaveQueue(
  lineDeps: LineDependencies,
  userId: string,
  ticketId: string,
): Promise<Ticket | Refusal<'NOT_FOUND'>> {
  if (!isId(ticketId)) return noSuchTicket();
  return lineDeps.outbox.transaction(async (tx) => {
    const [seen] = await findTickets(tx.manager, [ticketId]);
    if (seen?.userId !== userId) return noSuchTicket();
    return (await giveUp(lineDeps, tx, seen)) ?? noSuchTicket();
  });
}

/**
 * Gives up every place of a fan whose account was deleted. Replicas get no message: they notice by the versions at the next
 * change of the line.
 */
export async function leaveAllQueues(tx: Transaction, userId: string): Promise<void> {
  for (const ticket of await findLiveTicketsOf(tx.manager, userId))
    await giveUp({ announce: () => undefined }, tx, ticket);
}

/** @param seen the ticket as it was read without a lock */
async function giveUp(
  lineDeps: Pick<LineDependencies, 'announce'>,
  tx: Transaction,
  seen: Ticket,
): Promise<Ticket | null> {
  if (!isLive(seen)) return seen;
  const room = await lockRoom(tx.manager, seen.concertId);
  const found = await lockTicket(tx.manager, seen.id);
  if (room === null || found === null) return null;
  const { next, events } = leave(found, await databaseNow(tx.manager));
  if (next === found) return found;
  if (found.status === 'WAITING') {
    await updateTickets(tx.manager, [next], nextVersion(room));
    await changeLine(lineDeps, tx, room, { gone: [found.number] }, { waiting: -1 });
  } else await updateTickets(tx.manager, [next]);
  tx.emit(...events);
  return next;
}
