import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { isLive, leave } from '../domain/ticket.ts';
import type { Ticket } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { countOff, lockRoom } from '../storage/rooms.ts';
import { findTickets, lockTicket, updateTickets } from '../storage/tickets.ts';

const noSuchTicket = () => refuse('NOT_FOUND', 'You have no such ticket.');

/** The fan gives up the place, in the line or in the shop. A ticket that ended already is returned as it is. */
export async function leaveQueue(
  outbox: Outbox,
  fan: string,
  ticketId: string,
): Promise<Ticket | Refusal<'NOT_FOUND'>> {
  if (!isId(ticketId)) return noSuchTicket();
  return outbox.transaction(async (tx) => {
    const [seen] = await findTickets(tx.manager, [ticketId]);
    if (seen?.userId !== fan) return noSuchTicket();
    if (!isLive(seen)) return seen;
    await lockRoom(tx.manager, seen.concertId);
    const found = await lockTicket(tx.manager, ticketId);
    if (found === null) return noSuchTicket();
    const { next, events } = leave(found, await databaseNow(tx.manager));
    if (next === found) return found;
    await updateTickets(tx.manager, [next]);
    if (found.status === 'WAITING') await countOff(tx.manager, found.concertId, 1);
    tx.emit(...events);
    return next;
  });
}
