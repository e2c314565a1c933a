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

/** How long ago a ticket may have ended for a fan who leaves once more to wait for the end of its pass, too; in ms. */
const justNowMs = 2_000;

/**
 * As `leaveQueue`, and returns when the pass that the ticket had holds no seats any more: when `concerts` has taken in that it ended, which
 * is a few milliseconds later. While `concerts` is down nobody holds seats, and it hears of the end before it sells again; so the fan
 * waits for two seconds at the most.
 */
export async function leaveForGood(
  lineDeps: LineDependencies,
  passes: ClosedPasses,
  userId: string,
  ticketId: string,
): Promise<Ticket | Refusal<'NOT_FOUND'>> {
  const closed = passes.closing(ticketId);
  const left = await leaveQueue(lineDeps, userId, ticketId);
  const hadPass = 'endedAt' in left && left.endedBecause === 'LEFT' && left.admittedAt !== null;
  // Longer ago, its pass was closed before this call, and nobody says so again.
  if (hadPass && Date.now() - left.endedAt.getTime() < justNowMs) await closed;
  return left;
}

/** The fan gives up the place, in the line or in the shop. A ticket that ended already is returned as it is. */
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
 * Gives up every place of a fan, because the account is gone. Replicas are not told: they notice by the versions, at the next
 * change of the line.
 */
export async function leaveAllQueues(tx: Transaction, userId: string): Promise<void> {
  for (const ticket of await findLiveTicketsOf(tx.manager, userId))
    await giveUp({ announce: () => undefined }, tx, ticket);
}

/** @param seen without a lock */
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
