import type { DataSource, EntityManager } from 'typeorm';
import { affectedRows } from '@frontrow/kit/database';
import { columnsOf } from '@frontrow/kit/many-rows';
import type { Target } from '../domain/audience.ts';
import { patienceMs } from '../domain/delivery.ts';
import type { Delivered, Delivery, Pending } from '../domain/delivery.ts';
import { deliveryRows } from './entities.ts';
import type { DeliveryRow } from './entities.ts';
import { toDelivery, toState } from './mapping.ts';

export interface Claim {
  readonly target: Target;
  readonly count: number;
  /** A new id: what settles under it must have been claimed under it. */
  readonly lease: string;
  readonly leasedUntil: Date;
  readonly now: Date;
}

/**
 * Leases up to `count` due deliveries, the longest due first, leaving out those that another replica is about to lease.
 * A delivery whose reservation has an earlier one pending is not due: that one goes first. Nor is one whose cause has not
 * been heard of, for a while. Both are seen to here, where all that is committed is seen, and not when a delivery is
 * noted, which may happen to both at the same moment.
 */
export async function leaseDue(
  manager: EntityManager,
  { target, count, lease, leasedUntil, now }: Claim,
): Promise<Pending[]> {
  const due = await manager.query<DeliveryRow[]>(
    `SELECT ${columnsOf(deliveryRows)} FROM deliveries AS due
     WHERE target = ? AND status = 'PENDING' AND next_attempt_at <= ?
       AND (leased_until IS NULL OR leased_until <= ?)
       AND NOT EXISTS (
         SELECT 1 FROM deliveries AS earlier
         WHERE earlier.subject = due.subject AND earlier.target = due.target AND earlier.status = 'PENDING'
           AND earlier.event_id < due.event_id)
       AND (cause IS NULL OR noted_at <= ? OR EXISTS (
         SELECT 1 FROM deliveries AS known
         WHERE known.subject = due.subject AND known.target = due.target AND known.event_type = due.cause))
     ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED`,
    [target, now, now, new Date(now.getTime() - patienceMs), count],
  );
  if (due.length === 0) return [];
  await manager.query('UPDATE deliveries SET lease = ?, leased_until = ? WHERE id IN (?)', [
    ...[lease, leasedUntil],
    due.map(({ id }) => id),
  ]);
  return due.map((row) => toDelivery({ ...row, leasedUntil }) as Pending);
}

/** When the first delivery is due that waits, or the first that is due after an instant; whoever is sending it. */
export async function nextDue(
  manager: EntityManager,
  target: Target,
  after = new Date(0),
): Promise<Date | undefined> {
  const [row] = await manager.query<{ dueAt: Date | null }[]>(
    `SELECT MIN(next_attempt_at) AS dueAt FROM deliveries
     WHERE target = ? AND status = 'PENDING' AND next_attempt_at > ?`,
    [target, after],
  );
  return row?.dueAt ?? undefined;
}

/**
 * Stores what became of a delivery and gives the lease back. That it was delivered is true whoever stores it; any
 * other news counts only from the one who has the lease.
 */
export async function settle(manager: EntityManager, delivery: Delivery, lease: string): Promise<void> {
  if (delivery.status === 'DELIVERED') {
    await settleDelivered(manager, [delivery]);
    return;
  }
  const news = { ...toState(delivery), lease: null, leasedUntil: null };
  await manager.update(deliveryRows, { id: delivery.id, status: 'PENDING', lease }, news);
}

/** The same for deliveries that were delivered, by one statement for all that took as many attempts. */
export async function settleDelivered(
  manager: EntityManager,
  delivered: readonly Delivered[],
): Promise<void> {
  const byAttempts = new Map<number, Delivered[]>();
  for (const one of delivered) byAttempts.set(one.attempts, [...(byAttempts.get(one.attempts) ?? []), one]);
  for (const [attempts, alike] of byAttempts) {
    await manager.query(
      `UPDATE deliveries SET status = 'DELIVERED', attempts = ?, delivered_at = ?, next_attempt_at = NULL,
         lease = NULL, leased_until = NULL
       WHERE id IN (?) AND status = 'PENDING'`,
      [attempts, alike.at(-1)?.deliveredAt, alike.map(({ id }) => id).sort()],
    );
  }
}

/**
 * Gives up what a target that is down has kept waiting for too long; never what is being sent.
 * @returns how many deliveries that were
 */
export async function failOverdue(database: DataSource, target: Target, now: Date): Promise<number> {
  const result: unknown = await database.query(
    `UPDATE deliveries SET status = 'FAILED', next_attempt_at = NULL, lease = NULL, leased_until = NULL,
       last_error = COALESCE(last_error, 'The circuit was open for all that time.')
     WHERE target = ? AND status = 'PENDING' AND next_attempt_at <= ? AND give_up_at <= ?
       AND (leased_until IS NULL OR leased_until <= ?)`,
    [target, now, now, now],
  );
  return affectedRows(result);
}
