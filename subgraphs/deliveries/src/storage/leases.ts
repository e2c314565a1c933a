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
  /** A new id for a claim: a delivery is settled only under the id that it was claimed under. */
  readonly lease: string;
  readonly leasedUntil: Date;
  readonly now: Date;
}

/**
 * Leases up to `count` due deliveries, the longest due first, leaving out those that another replica is about to lease.
 * A delivery is not due while an earlier one of its reservation is pending, or its cause is, nor, for a while, before its cause
 * has arrived. All this is checked here, where all that is committed is visible. It cannot be checked when a delivery is
 * noted, because both may be noted at the same moment.
 *
 * Which one is earlier, ids say, and so the clocks of the hosts that made the events. A cause may have the greater id. So it goes first whatever
 * the ids say, and what waits for it counts as no earlier than it, or three deliveries could wait for each other in a circle.
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
           AND earlier.event_id < due.event_id
           AND NOT EXISTS (
             SELECT 1 FROM deliveries AS awaited
             WHERE awaited.subject = due.subject AND awaited.target = due.target AND awaited.status = 'PENDING'
               AND awaited.event_id >= due.event_id AND awaited.event_type = earlier.cause))
       AND (cause IS NULL
         OR NOT EXISTS (
           SELECT 1 FROM deliveries AS awaited
           WHERE awaited.subject = due.subject AND awaited.target = due.target AND awaited.status = 'PENDING'
             AND awaited.event_type = due.cause)
         AND (noted_at <= ? OR EXISTS (
           SELECT 1 FROM deliveries AS known
           WHERE known.subject = due.subject AND known.target = due.target AND known.event_type = due.cause)))
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

/** When the first waiting delivery is due, or the first that is due after an instant, even if it is being sent. */
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
 * Stores the result of a delivery and gives the lease back. A success is stored whoever reports it; any
 * other result counts only from the owner of the lease.
 */
export async function settle(manager: EntityManager, delivery: Delivery, lease: string): Promise<void> {
  if (delivery.status === 'DELIVERED') {
    await settleDelivered(manager, [delivery]);
    return;
  }
  const news = { ...toState(delivery), lease: null, leasedUntil: null };
  await manager.update(deliveryRows, { id: delivery.id, status: 'PENDING', lease }, news);
}

/** Stores successes, by one statement for all that took the same number of attempts. */
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
 * Gives up deliveries that have waited too long for a target that is down, but never one that is being sent.
 * @returns how many deliveries were given up
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
