import type { EntityManager } from 'typeorm';
import type { Ticket } from '../domain/ticket.ts';

/** Each ticket's position: 1 + the tickets of its concert that wait with a smaller number; 0 when it waits no more. */
export async function positionsOf(manager: EntityManager, tickets: readonly Ticket[]): Promise<number[]> {
  const waiting = tickets.filter(({ status }) => status === 'WAITING');
  if (waiting.length === 0) return tickets.map(() => 0);
  const rows = await manager.query<{ id: string; ahead: string }[]>(
    `SELECT t.id, (SELECT COUNT(*) FROM tickets a
       WHERE a.concert_id = t.concert_id AND a.status = 'WAITING' AND a.number < t.number) AS ahead
     FROM tickets t WHERE t.id IN (?)`,
    [waiting.map(({ id }) => id)],
  );
  const ahead = new Map(rows.map((row) => [row.id, Number(row.ahead)]));
  return tickets.map(({ id, status }) => (status === 'WAITING' ? 1 + (ahead.get(id) ?? 0) : 0));
}
