import { transaction } from '@frontrow/kit/database';
import type { DataSource } from 'typeorm';
import { isSeenAnew } from '../domain/ticket.ts';
import type { Ticket } from '../domain/ticket.ts';
import { markSeen } from '../storage/tickets.ts';

/** A fan who looks at their own ticket is not away. A look is noted at most once in `seenEveryMs` for each ticket. */
export async function noteLooks(
  database: DataSource,
  tickets: readonly Ticket[],
  viewerId: string | undefined,
  now: Date,
): Promise<void> {
  const seen = tickets.filter((ticket) => ticket.userId === viewerId && isSeenAnew(ticket, now));
  if (seen.length === 0) return;
  await transaction(database, (manager) =>
    markSeen(
      manager,
      seen.map(({ id }) => id),
    ),
  );
}
