import type { Outbox } from '@frontrow/events/outbox';
import { expire } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { lockOverdue, updateTickets } from '../storage/tickets.ts';
import { batchSize } from './end-waiting.ts';

/** Ends a batch of admissions whose time is over, in any concert. */
export const endOverdueAdmissions = (outbox: Outbox): Promise<'more' | 'done'> =>
  outbox.transaction(async (tx) => {
    const now = await databaseNow(tx.manager);
    const overdue = await lockOverdue(tx.manager, now, batchSize);
    const decisions = overdue.map((ticket) => expire(ticket, now));
    await updateTickets(
      tx.manager,
      decisions.map(({ next }) => next),
    );
    tx.emit(...decisions.flatMap(({ events }) => events));
    return overdue.length === batchSize ? 'more' : 'done';
  });
