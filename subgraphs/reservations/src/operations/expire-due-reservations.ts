import type { Outbox } from '@frontrow/events/outbox';
import { expire, expiredBefore } from '../domain/decide-reservation.ts';
import { lockExpired, updateReservations } from '../storage/reservations.ts';

const batchSize = 100;

/**
 * Ends reservations that nobody paid in time, the longest overdue first. Several replicas may do this together. Each takes reservations
 * that no other transaction has locked, so none is ended twice, and this never waits for one that is being paid.
 * @returns whether more may be due
 */
export async function expireDueReservations(outbox: Outbox, now: Date): Promise<'more' | 'done'> {
  return outbox.transaction(async (tx) => {
    const due = await lockExpired(tx.manager, expiredBefore(now), batchSize);
    const decisions = due.map((found) => expire(found, now));
    await updateReservations(
      tx.manager,
      decisions.map(({ next }) => next).filter((next, i) => next !== due[i]),
    );
    tx.emit(...decisions.flatMap(({ events }) => events));
    return due.length === batchSize ? 'more' : 'done';
  });
}
