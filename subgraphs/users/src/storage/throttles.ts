import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { giveBack, take } from '../domain/allowance.ts';
import { scopes } from '../domain/throttles.ts';
import type { Throttle } from '../domain/throttles.ts';

// Ids are stored as hashes. Network addresses are hidden before (`hiddenAddress`); an e-mail address can be recognised by whoever
// guesses it, for as long as its row is kept.
const keyOf = ({ scope, id }: Throttle): [scope: string, holder: string] => [
  scope,
  createHash('sha256').update(id).digest('hex'),
];

// Every transaction locks in the same order, so that no two wait for each other.
const inOrder = (throttles: readonly Throttle[]) =>
  throttles.toSorted((a, b) => scopes.indexOf(a.scope) - scopes.indexOf(b.scope));

/**
 * Takes one from each allowance, or takes nothing and returns false if one of them is used up. Locks them until the transaction
 * ends.
 */
export async function takeAll(
  manager: EntityManager,
  throttles: readonly Throttle[],
  now: Date,
): Promise<boolean> {
  const ordered = inOrder(throttles);
  if (ordered.length === 0) return true;
  // An upsert takes the exclusive lock at once, even if there is no row yet. INSERT IGNORE would take a shared lock first, and
  // two replicas would deadlock.
  await manager.query(
    'INSERT INTO throttles (scope, holder, due_at) VALUES ? ON DUPLICATE KEY UPDATE scope = scope',
    [ordered.map((throttle) => [...keyOf(throttle), now])],
  );
  const taken: [Throttle, Date][] = [];
  for (const throttle of ordered) {
    const dueAt = take(await lockDueAt(manager, throttle), throttle.allowance, now);
    if (dueAt === null) return false;
    taken.push([throttle, dueAt]);
  }
  for (const [throttle, dueAt] of taken) await store(manager, throttle, dueAt);
  return true;
}

/**
 * Gives back what `takeAll` took for an attempt that turned out right. Scopes of this account and address alone are forgotten
 * entirely.
 */
export async function giveBackAll(manager: EntityManager, throttles: readonly Throttle[]): Promise<void> {
  for (const throttle of inOrder(throttles)) {
    if (throttle.scope !== 'ADDRESS' && throttle.scope !== 'ACCOUNT') {
      await manager.query('DELETE FROM throttles WHERE scope = ? AND holder = ?', keyOf(throttle));
      continue;
    }
    const dueAt = await lockDueAt(manager, throttle);
    if (dueAt !== null) await store(manager, throttle, giveBack(dueAt, throttle.allowance));
  }
}

async function lockDueAt(manager: EntityManager, throttle: Throttle): Promise<Date | null> {
  const [row] = await manager.query<{ due_at: Date }[]>(
    'SELECT due_at FROM throttles WHERE scope = ? AND holder = ? FOR UPDATE',
    keyOf(throttle),
  );
  return row?.due_at ?? null;
}

const store = (manager: EntityManager, throttle: Throttle, dueAt: Date) =>
  manager.query('UPDATE throttles SET due_at = ? WHERE scope = ? AND holder = ?', [
    dueAt,
    ...keyOf(throttle),
  ]);
