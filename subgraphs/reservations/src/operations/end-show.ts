import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { onShowCancelled } from '../domain/decide-reservation.ts';
import {
  findCancelledSchedule,
  lockReservationsOf,
  pauseCancelling,
} from '../storage/cancelled-schedules.ts';
import { storeChanges } from './store-changes.ts';

/** How many reservations one transaction ends. It keeps them locked for a few hundredths of a second. */
const batchSize = 50;

/**
 * Ends some of the reservations of a cancelled show. Each of them is a saga of its own, which is compensated from here as if its
 * fan had cancelled. Reservations that have ended are no longer found, so no progress has to be remembered: after a crash another
 * replica continues, and replicas that work together take reservations that no other transaction has locked.
 * @returns whether more may be left
 */
export const endSomeOfShow = (outbox: Outbox, scheduleId: string, now: Date): Promise<'more' | 'done'> =>
  outbox.transaction(async (tx) => {
    const found = await lockReservationsOf(tx.manager, scheduleId, batchSize);
    const decisions = found.map((reservation) => onShowCancelled(reservation, now));
    await storeChanges(
      tx.manager,
      decisions.map(({ next }) => next),
      now,
    );
    tx.emit(...decisions.flatMap(({ events }) => events));
    return found.length === batchSize ? 'more' : 'done';
  });

/**
 * Interrupts the end of a show, or continues it. What has not been cancelled stays as it is until then. The cancellation of the
 * show itself stands, and nobody can hold its seats.
 */
export function pauseShowEnd(
  outbox: Outbox,
  acting: Acting,
  { scheduleId, paused, now }: { readonly scheduleId: string; readonly paused: boolean; readonly now: Date },
): Promise<{ readonly id: string } | Refusal<'NOT_FOUND'>> {
  return act(outbox, acting, async ({ manager }) => {
    const found = isId(scheduleId) ? await findCancelledSchedule(manager, scheduleId) : undefined;
    if (found === undefined) return refuse('NOT_FOUND', 'No show of this schedule was cancelled.');
    const answer = { id: scheduleId };
    const pausedAt = paused ? now : null;
    if (!(await pauseCancelling(manager, scheduleId, pausedAt))) return { answer };
    return { answer, subjectId: scheduleId, before: { paused: !paused }, after: { paused } };
  });
}
