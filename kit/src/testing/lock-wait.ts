import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

/** InnoDB refreshes this table at most every 100 ms. */
const lookEveryMs = 150;

/** Waits until so many statements that contain `part` are waiting for a lock. */
export async function untilLockIsWaitedFor(database: DataSource, part: string, count = 1): Promise<void> {
  const waiting =
    "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE ?";
  while ((await database.query<object[]>(waiting, [`%${part}%`])).length < count) await pause(lookEveryMs);
}
