import type { Pool } from 'mysql2';
import { setTimeout as pause } from 'node:timers/promises';
import type { Databases } from './invariant.ts';

/**
 * If nothing was emitted, published or handled for this long, in ms, the system is at rest. It is longer than a consumer waits before
 * any retry.
 */
export const usualRestMs = 2_500;
const giveUpMs = 60_000;

/** Waits until every outbox is published and no service emits or handles anything, for at most a minute. */
export async function untilQuiet(databases: Databases, restMs: number): Promise<void> {
  const giveUpAt = Date.now() + giveUpMs;
  let last = '';
  let quietSince = Date.now();
  while (Date.now() < giveUpAt && Date.now() - quietSince < restMs) {
    const seen = JSON.stringify(await Promise.all(Object.values(databases).map(lastEvents)));
    if (seen !== last || /"unpublished":[^0]/.test(seen)) quietSince = Date.now();
    last = seen;
    await pause(100);
  }
}

async function lastEvents(database: Pool): Promise<unknown> {
  const [answer] = await database.promise().query(`
    SELECT (SELECT MAX(position) FROM outbox) AS emitted,
      (SELECT COUNT(*) FROM outbox WHERE published_at IS NULL) +
        (SELECT COUNT(*) FROM republications) AS unpublished,
      (SELECT MAX(handled_at) FROM inbox) AS handled`);
  return answer;
}
