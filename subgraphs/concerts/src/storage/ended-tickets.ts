import { insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager } from 'typeorm';

/** Notes that the passes of these tickets open nothing any more. Noting it again changes nothing. */
export async function insertEndedTickets(
  manager: EntityManager,
  ticketIds: readonly string[],
): Promise<void> {
  const now = new Date();
  // All batches insert in the same order, so that no two wait for each other.
  const rows = ticketIds.toSorted().map((ticketId) => ({ ticket_id: ticketId, ended_at: now }));
  await insertMissingRows(manager, 'ended_tickets', rows);
}

/** Those of the tickets whose passes open nothing any more. */
export async function findEndedTickets(
  manager: EntityManager,
  ticketIds: readonly string[],
): Promise<Set<string>> {
  const rows = await manager.query<{ ticketId: string }[]>(
    'SELECT ticket_id AS ticketId FROM ended_tickets WHERE ticket_id IN (?)',
    [ticketIds],
  );
  return new Set(rows.map(({ ticketId }) => ticketId));
}
