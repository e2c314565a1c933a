import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Schedule } from './concert.ts';

/** The times that an operator gives a show by moving it. Both must lie in the future. */
export interface Times {
  readonly startsAt: Date;
  /** Until when those who had seats before may give them back; not after the show starts. */
  readonly refundUntil: Date;
}

export type MoveRefusal = Refusal<'SHOW_CANCELLED' | 'SHOW_BEGUN' | 'SAME_TIME' | 'ALREADY_EXISTS'>;

/**
 * Decides whether a show may be moved.
 * @param dates all dates of its concert
 * @returns the schedule itself when it was moved to these times before
 */
export function moveTo(
  found: Schedule,
  dates: readonly Schedule[],
  { startsAt, refundUntil }: Times,
  now: Date,
): Schedule | MoveRefusal {
  if (found.cancelledAt !== null) return refuse('SHOW_CANCELLED', 'The show was cancelled.');
  const staysAt = isAt(found.startsAt, startsAt);
  if (staysAt && isAt(found.refundUntil, refundUntil)) return found;
  // Its tickets may have been used by now.
  if (found.startsAt <= now) return refuse('SHOW_BEGUN', 'The show has begun.');
  if (staysAt && found.moves === 0) return refuse('SAME_TIME', 'The show is at this time already.');
  const isInTheWay = ({ id, cancelledAt, startsAt: at }: Schedule) =>
    id !== found.id && cancelledAt === null && isAt(at, startsAt);
  if (dates.some(isInTheWay))
    return refuse('ALREADY_EXISTS', 'The concert has another schedule at this time already.');
  // If the time stays the same, only `refundUntil` changes.
  const movedFrom = staysAt ? found.movedFrom : found.startsAt;
  return { ...found, startsAt, refundUntil, movedFrom, moves: found.moves + 1 };
}

const isAt = (one: Date | null, other: Date) => one?.getTime() === other.getTime();

/** As the log of operators has it. */
export const timesOf = ({ startsAt, refundUntil }: Schedule) => ({
  startsAt: startsAt.toISOString(),
  refundUntil: refundUntil?.toISOString() ?? null,
});
