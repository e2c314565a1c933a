import type { Outbox } from '@frontrow/events/outbox';
import { onShowMoved } from '../domain/decide-reservation.ts';
import {
  findMovesOf,
  findReservationsBefore,
  lockUncontended,
  settleMove,
  storeTimes,
} from '../storage/moved-schedules.ts';
import type { MovedSchedule } from '../storage/moved-schedules.ts';

/** How many reservations are looked for at once: each look reads all of the schedule. */
const lookedFor = 5_000;
/** How many one transaction moves: they stay locked for some hundredths of a second. */
const batchSize = 200;
/**
 * How long after the news, in ms, a transaction may still commit a hold that says the time before, as it looked for moves before the news
 * was committed. Holds that are heard of later know the move when they become reservations.
 */
const crossingMs = 60_000;

/**
 * Has reservations of a moved show say its new time, and tells the fans who have paid. Those that say it already are not found, so nothing
 * needs to be remembered of how far this has come: a replica that is killed is followed by another one, and each fan is told once.
 * @returns whether more may be left that nobody else is changing
 */
export async function moveSomeOfShow(
  outbox: Outbox,
  move: MovedSchedule,
  now: Date,
): Promise<'more' | 'done'> {
  const { manager } = outbox.database;
  const ids = await findReservationsBefore(manager, move, lookedFor);
  let moved = 0;
  for (let from = 0; from < ids.length; from += batchSize) {
    moved += await moveReservations(outbox, move, ids.slice(from, from + batchSize));
  }
  if (ids.length === 0 && move.notedAt.getTime() + crossingMs < now.getTime()) {
    await settleMove(manager, move, now);
  }
  return ids.length === lookedFor && moved > 0 ? 'more' : 'done';
}

/** @returns how many were moved */
const moveReservations = (outbox: Outbox, move: MovedSchedule, ids: readonly string[]): Promise<number> =>
  outbox.transaction(async (tx) => {
    const found = await lockUncontended(tx.manager, ids);
    // Another replica may have heard of a later move since, and have moved some of these already.
    const [last] = await findMovesOf(tx.manager, [move.scheduleId]);
    if (last?.moves !== move.moves) return 0;
    const decisions = found.map((reservation) => onShowMoved(reservation, move));
    const changed = decisions.map(({ next }) => next).filter((next, index) => next !== found[index]);
    await storeTimes(tx.manager, changed);
    tx.emit(...decisions.flatMap(({ events }) => events));
    return changed.length;
  });
