import type { EntityManager } from 'typeorm';

/**
 * The database's clock. Instants of different replicas are compared with each other, and the clocks of their machines
 * may differ. Ask after taking locks, because waiting for them takes time.
 */
export async function databaseNow(manager: EntityManager): Promise<Date> {
  const [row] = await manager.query<{ now: Date }[]>('SELECT UTC_TIMESTAMP(3) AS now');
  if (row === undefined) throw new Error('the database does not know the time');
  return row.now;
}
