import { setTimeout as pause } from 'node:timers/promises';
import { prove } from '@frontrow/audit/audit';
import type { Databases } from '@frontrow/audit/invariant';
import { endOf } from './purchase.ts';
import type { Purchase } from './purchase.ts';

/** The recovery from an instant: ms until the first purchase that began after it was confirmed; undefined if none was. */
export function recoveryAfter(instant: number, purchases: readonly Purchase[]): number | undefined {
  const confirmed = purchases.filter(
    (purchase) => purchase.begunAt >= instant && endOf(purchase) === 'confirmed',
  );
  if (confirmed.length === 0) return undefined;
  return Math.min(...confirmed.map(({ endedAt = Infinity }) => endedAt)) - instant;
}

/** How soon a purchase must be confirmed so that its fan does not notice a fault, in ms. */
const promptMs = 15_000;

/**
 * @returns the share of the fans who wanted to buy between these instants (ms since 1970) that did so promptly, from 0 to 1;
 * undefined if nobody came
 */
export function promptShare(from: number, to: number, purchases: readonly Purchase[]): number | undefined {
  const begun = purchases.filter(
    ({ intent, begunAt }) => intent === 'buy' && begunAt >= from && begunAt <= to,
  );
  const prompt = begun.filter(
    (purchase) =>
      endOf(purchase) === 'confirmed' && (purchase.endedAt ?? Infinity) - purchase.begunAt <= promptMs,
  );
  return begun.length === 0 ? undefined : prompt.length / begun.length;
}

/**
 * Waits until every invariant holds and no saga is under way.
 * @returns when that was; undefined if it took too long
 */
export async function untilConsistent(databases: Databases, withinMs: number): Promise<number | undefined> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const lookedAt = Date.now();
    if (await isConsistent(databases)) return lookedAt;
    if (lookedAt > giveUpAt) return undefined;
    await pause(250);
  }
}

/** How often the events of sagas were published again because the sagas stood still. */
export async function countReplays({ sagas }: Databases): Promise<number> {
  const [found] = await sagas
    .promise()
    .query("SELECT id FROM outbox WHERE type = 'saga.replay-requested.v1' AND subject <> '*'");
  return (found as unknown[]).length;
}

async function isConsistent(databases: Databases): Promise<boolean> {
  const [underWay] = await databases.sagas
    .promise()
    .query(
      "SELECT id FROM sagas WHERE status IN ('AWAITING_PAYMENT', 'RUNNING', 'COMPENSATING', 'STALLED') LIMIT 1",
    );
  if ((underWay as unknown[]).length > 0) return false;
  return (await prove(databases)).every(({ breaches }) => breaches.length === 0);
}
