import type { EntityManager } from 'typeorm';

/** Notes that the pass of a ticket opens nothing any more; told twice, it stays so. */
export async function insertEndedTicket(manager: EntityManager, ticketId: string): Promise<void> {
  await manager.query('INSERT IGNORE INTO ended_tickets (ticket_id) VALUES (?)', [ticketId]);
}

export async function hasEnded(manager: EntityManager, ticketId: string): Promise<boolean> {
  const rows = await manager.query<object[]>('SELECT 1 FROM ended_tickets WHERE ticket_id = ?', [ticketId]);
  return rows.length > 0;
}
