import type { DataSource } from 'typeorm';
import type { DatabaseWatch } from './database-watch.ts';
import type { Metrics } from './metrics.ts';

/** The part of mysql2's pool, which TypeORM keeps, that is used here. It has no public way to ask how busy it is. */
interface Pool {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

/** Measures how much of the pool is used, and whether the database answers. */
export function measureDatabase(
  database: DataSource,
  watch: Pick<DatabaseWatch, 'isWell'>,
  metrics: Metrics,
): void {
  const { pool } = database.driver as unknown as { pool: Pool };
  metrics.gauges(
    ['frontrow_database_up', 'frontrow_database_connections', 'frontrow_database_waiting'],
    () => {
      const free = pool._freeConnections.length;
      return [
        ['frontrow_database_up', watch.isWell ? 1 : 0],
        ['frontrow_database_connections', pool._allConnections.length - free, 'used'],
        ['frontrow_database_connections', free, 'free'],
        ['frontrow_database_waiting', pool._connectionQueue.length],
      ];
    },
    { keptMs: 0 },
  );
}
