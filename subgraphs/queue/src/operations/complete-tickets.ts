import type { Transaction } from '@frontrow/events/outbox';
import { inTrace } from '@frontrow/kit/trace';
import { complete } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { lockTickets, updateTickets } from '../storage/tickets.ts';

/** A confirmed purchase, and the trace of the event that reported it. */
interface Purchase {
  readonly ticketId: string;
  readonly traceparent: string | undefined;
}

/** Completes the tickets of fans who bought something. Unknown tickets, and tickets that have ended, stay as they are. */
export async function completeTickets(tx: Transaction, purchases: readonly Purchase[]): Promise<void> {
  const { manager } = tx;
  const found = await lockTickets(
    manager,
    purchases.map(({ ticketId }) => ticketId),
  );
  if (found.length === 0) return;
  const now = await databaseNow(manager);
  const tickets = new Map(found.map((ticket) => [ticket.id, ticket]));
  for (const { ticketId, traceparent } of purchases) {
    const ticket = tickets.get(ticketId);
    if (ticket === undefined) continue;
    const { next, events } = complete(ticket, now);
    tickets.set(ticketId, next);
    inTrace(traceparent, () => {
      tx.emit(...events);
    });
  }
  await updateTickets(
    manager,
    found.flatMap((ticket) => {
      const next = tickets.get(ticket.id);
      return next === undefined || next === ticket ? [] : [next];
    }),
  );
}
