import { scheduleMoved } from '@frontrow/events/contracts/concerts';
import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import { isRefusal, refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Schedule } from '../domain/concert.ts';
import { moveTo, timesOf } from '../domain/move.ts';
import type { MoveRefusal, Times } from '../domain/move.ts';
import { lockConcert } from '../storage/concerts.ts';
import { storeMove } from '../storage/move-schedules.ts';
import { findSchedules, findSchedulesOf } from '../storage/schedules.ts';

export interface MoveCall {
  readonly scheduleId: string;
  readonly startsAt: Date;
  /** Until when those who have seats already may give them back; the new start when left out. */
  readonly refundUntil?: Date | null | undefined;
}

const noSuchSchedule = () => refuse('NOT_FOUND', 'There is no such schedule.');

/**
 * Moves a show to another time. Seats stay held and sold, and tickets good; those who decide about reservations offer to take them
 * back. Moving it twice to the same time is moving it once. It may be moved again, and then the last move counts.
 * @throws BAD_USER_INPUT naming the argument that is out of range
 */
export async function moveSchedule(
  outbox: Outbox,
  acting: Acting,
  call: MoveCall,
  now: Date,
): Promise<Schedule | MoveRefusal | Refusal<'NOT_FOUND'>> {
  const { scheduleId } = call;
  const to = timesIn(call, now);
  const [seen] = isId(scheduleId) ? await findSchedules(outbox.database.manager, [scheduleId]) : [];
  if (seen === undefined) return noSuchSchedule();
  const { concertId } = seen;
  return act(outbox, acting, async (tx) => {
    // Whoever adds, cancels or moves a date of the concert does so under this lock, one after the other.
    await lockConcert(tx.manager, concertId);
    const dates = await findSchedulesOf(tx.manager, [concertId]);
    const found = dates.find(({ id }) => id === scheduleId);
    if (found === undefined) return noSuchSchedule();
    const next = moveTo(found, dates, to, now);
    if (isRefusal(next)) return next;
    if (next === found) return { answer: found };
    await storeMove(tx.manager, next);
    const times = { startsAt: to.startsAt.toISOString(), refundUntil: to.refundUntil.toISOString() };
    tx.emit(
      scheduleMoved.about(scheduleId, {
        ...{ scheduleId, concertId, ...times, move: next.moves, movedAt: now.toISOString() },
      }),
    );
    return { answer: next, subjectId: scheduleId, before: timesOf(found), after: times };
  });
}

function timesIn({ startsAt, ...call }: MoveCall, now: Date): Times {
  const refundUntil = call.refundUntil ?? startsAt;
  if (startsAt <= now) throw badUserInput('input.startsAt', 'must be in the future.');
  if (refundUntil <= now || refundUntil > startsAt)
    throw badUserInput('input.refundUntil', 'must be in the future, and not after the show starts.');
  return { startsAt, refundUntil };
}
