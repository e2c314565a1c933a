import type { EventOf } from '@frontrow/events/contract';
import type { seatsHeld } from '@frontrow/events/contracts/concerts';
import type { Transaction } from '@frontrow/events/outbox';
import { inTrace } from '@frontrow/kit/trace';
import { onEarlyEnd, onSeatsHeld } from '../domain/decide-reservation.ts';
import type { Reservation } from '../domain/reservation.ts';
import { lockEarlyEnds } from '../storage/early-ends.ts';
import { findMovesOf } from '../storage/moved-schedules.ts';
import { findArrived, insertReservations, updateReservations } from '../storage/reservations.ts';

/** Makes reservations of holds. If the news of a hold comes twice, its reservation is made once. */
export async function createReservations(
  tx: Transaction,
  holds: readonly EventOf<typeof seatsHeld>[],
  now: Date,
): Promise<void> {
  const { manager } = tx;
  const made = new Map<string, { traceparent: string | undefined } & ReturnType<typeof onSeatsHeld>>();
  const scheduleIds = [...new Set(holds.map(({ data }) => data.scheduleId))];
  const moves = new Map((await findMovesOf(manager, scheduleIds)).map((move) => [move.scheduleId, move]));
  for (const { data, traceparent } of holds) {
    const created = onSeatsHeld(data, moves.get(data.scheduleId));
    if (!made.has(data.reservationId)) made.set(data.reservationId, { ...created, traceparent });
  }
  // It is so rare that one of them exists already that this does not look before it inserts.
  while (
    !(await insertReservations(
      manager,
      [...made.values()].map(({ next }) => next),
    ))
  ) {
    for (const id of await findArrived(manager, [...made.keys()])) made.delete(id);
  }
  const early = await lockEarlyEnds(manager, [...made.keys()]);
  const ended: Reservation[] = [];
  for (const { next: created, events, traceparent } of made.values()) {
    const because = early.get(created.id);
    const end = because === undefined ? undefined : onEarlyEnd(created, because, now);
    if (end !== undefined) ended.push(end.next);
    inTrace(traceparent, () => {
      tx.emit(...events, ...(end?.events ?? []));
    });
  }
  await updateReservations(manager, ended);
}
