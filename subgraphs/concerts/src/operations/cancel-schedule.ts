import { scheduleCancelled } from '@frontrow/events/contracts/concerts';
import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Schedule } from '../domain/concert.ts';
import { findConcerts, lockConcert } from '../storage/concerts.ts';
import { findSchedules, findSchedulesOf, markCancelled } from '../storage/schedules.ts';

/**
 * Cancels a show. From the commit on nobody can hold a seat of it. The event tells the other services, which put back all that
 * was held and bought. A show that has begun may be cancelled too, because it may have broken off. Cancelling twice is the same
 * as once.
 */
export async function cancelSchedule(
  outbox: Outbox,
  acting: Acting,
  scheduleId: string,
  now: Date,
): Promise<Schedule | Refusal<'NOT_FOUND'>> {
  const [seen] = isId(scheduleId) ? await findSchedules(outbox.database.manager, [scheduleId]) : [];
  if (seen === undefined) return refuse('NOT_FOUND', 'There is no such schedule.');
  const { concertId } = seen;
  return act(outbox, acting, async (tx) => {
    // If two dates are cancelled at the same moment, the lock lets the later one see that it was the last.
    await lockConcert(tx.manager, concertId);
    const dates = await findSchedulesOf(tx.manager, [concertId]);
    const [concert] = await findConcerts(tx.manager, [concertId]);
    const found = dates.find(({ id }) => id === scheduleId);
    if (found === undefined || concert === undefined)
      return refuse('NOT_FOUND', 'There is no such schedule.');
    if (found.cancelledAt !== null) return { answer: found };
    await markCancelled(tx.manager, scheduleId, now);
    const isToCome = ({ id, startsAt, cancelledAt }: Schedule) =>
      id !== scheduleId && cancelledAt === null && startsAt > now;
    const cancelledAt = now.toISOString();
    tx.emit(
      scheduleCancelled.about(scheduleId, {
        ...{ scheduleId, concertId, cancelledAt },
        salesOpenAt: concert.salesOpenAt.toISOString(),
        isLastDate: !dates.some(isToCome),
      }),
    );
    const answer: Schedule = { ...found, cancelledAt: now };
    return { answer, subjectId: scheduleId, before: { cancelledAt: null }, after: { cancelledAt } };
  });
}
