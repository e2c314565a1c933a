import type { EntityManager } from 'typeorm';
import type { Arrival } from './inbox.ts';

/**
 * How often a handler threw on an event. It is kept in the database, where it survives a restart: the broker's own count of
 * deliveries is raised by restarts and reconnections as well.
 * @returns the number of failures, this one included
 */
export async function countFailure(manager: EntityManager, { consumer, event }: Arrival): Promise<number> {
  const now = new Date();
  await manager.query(
    `INSERT INTO failed_attempts (consumer, event_id, attempts, failed_at) VALUES (?, ?, 1, ?)
     ON DUPLICATE KEY UPDATE attempts = attempts + 1, failed_at = ?`,
    [consumer, event.id, now, now],
  );
  const [row] = await manager.query<{ attempts: number }[]>(
    'SELECT attempts FROM failed_attempts WHERE consumer = ? AND event_id = ?',
    [consumer, event.id],
  );
  return row?.attempts ?? 1;
}

/** Forgets the failures of events that were handled after all, or became dead letters. */
export async function forgetFailures(
  manager: EntityManager,
  arrivals: readonly { consumer: string; event: { id: string } }[],
): Promise<void> {
  if (arrivals.length === 0) return;
  await manager.query('DELETE FROM failed_attempts WHERE consumer IN (?) AND event_id IN (?)', [
    [...new Set(arrivals.map(({ consumer }) => consumer))],
    arrivals.map(({ event }) => event.id),
  ]);
}
