import { In, LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { DataOf, EventEnvelope } from '@frontrow/events/contract';
import { reservationConfirmed, reservationMoved } from '@frontrow/events/contracts/reservations';
import type { Target } from '../domain/audience.ts';
import type { Delivery, Pending } from '../domain/delivery.ts';
import { deliveryRows } from './entities.ts';
import { toDelivery, toState } from './mapping.ts';

/** Leaves out events that were noted for their target before, however long ago. */
export async function insertDeliveries(
  manager: EntityManager,
  deliveries: readonly Pending[],
  now: Date,
): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map((delivery) => {
    const { id, target, eventId, eventType, subject, event, cause, giveUpAt, nextAttemptAt } = delivery;
    const told = [id, target, eventId, eventType, subject, event];
    return [...told, 'PENDING', 0, 0, cause, now, giveUpAt, nextAttemptAt];
  });
  await manager.query(
    `INSERT INTO deliveries (id, target, event_id, event_type, subject, event, status, attempts, failed_rounds,
       cause, noted_at, give_up_at, next_attempt_at)
     VALUES ? ON DUPLICATE KEY UPDATE deliveries.id = deliveries.id`,
    [rows],
  );
}

/** Waits for other transactions that change it; from then on only this one can. */
export async function lockDelivery(manager: EntityManager, id: string): Promise<Delivery | undefined> {
  const [row] = await manager.find(deliveryRows, { where: { id }, lock: { mode: 'pessimistic_write' } });
  return row && toDelivery(row);
}

/** Stores the new state of a delivery that this transaction has locked. */
export async function updateDelivery(manager: EntityManager, delivery: Delivery): Promise<void> {
  await manager.update(deliveryRows, { id: delivery.id }, toState(delivery));
}

export async function findDeliveries(manager: EntityManager, ids: readonly string[]): Promise<Delivery[]> {
  return (await manager.findBy(deliveryRows, { id: In([...ids]) })).map(toDelivery);
}

/** All deliveries about these subjects. Whoever asks limits the subjects: a fan and their newest 1,000 reservations. */
export async function findDeliveriesAbout(
  manager: EntityManager,
  subjects: readonly string[],
): Promise<Pick<Delivery, 'target' | 'eventType' | 'subject' | 'status' | 'event'>[]> {
  const rows = await manager.findBy(deliveryRows, { subject: In([...subjects]) });
  return rows.map(({ target, eventType, subject, status, event }) => ({
    ...{ target, eventType, subject, status },
    event: JSON.parse(event) as Delivery['event'],
  }));
}

/**
 * The confirmation that a fan was sent for a reservation, with the time that they were told last; undefined when it is not kept any more, or
 * never was sent.
 */
export async function findConfirmation(
  manager: EntityManager,
  reservationId: string,
): Promise<DataOf<typeof reservationConfirmed> | undefined> {
  const rows = await manager.query<{ event: string }[]>(
    "SELECT event FROM deliveries WHERE subject = ? AND target = 'MAIL' AND event_type IN (?)",
    [reservationId, [reservationConfirmed.type, reservationMoved.type]],
  );
  const events = rows.map(({ event }) => JSON.parse(event) as EventEnvelope);
  const confirmed = events.find(({ type }) => type === reservationConfirmed.type);
  if (confirmed === undefined) return undefined;
  const [moved] = events
    .filter(({ type }) => type === reservationMoved.type)
    .map(({ data }) => reservationMoved.data.parse(data))
    .toSorted((one, other) => other.version - one.version);
  const data = reservationConfirmed.data.parse(confirmed.data);
  return moved === undefined ? data : { ...data, shown: moved.shown };
}

export interface DeliveriesPage {
  readonly status: Delivery['status'] | undefined;
  readonly target: Target | undefined;
  /** Only those noted before this one. */
  readonly before: string | undefined;
  readonly count: number;
}

/** Newest first: ids are UUIDv7, so their order is that of creation. */
export async function listDeliveries(manager: EntityManager, page: DeliveriesPage): Promise<Delivery[]> {
  const { status, target, before, count } = page;
  const rows = await manager.find(deliveryRows, {
    where: {
      ...(status !== undefined && { status }),
      ...(target !== undefined && { target }),
      ...(before !== undefined && { id: LessThan(before) }),
    },
    order: { id: 'DESC' },
    take: count,
  });
  return rows.map(toDelivery);
}
