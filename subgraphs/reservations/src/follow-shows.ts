import type { Outbox } from '@frontrow/events/outbox';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { endSomeOfShow } from './operations/end-show.ts';
import { moveSomeOfShow } from './operations/move-show.ts';
import { findSchedulesToClear } from './storage/cancelled-schedules.ts';
import { findMovesToTell } from './storage/moved-schedules.ts';

/** How soon reservations of a cancelled or moved show are noticed that no replica is working on. */
const lookEveryMs = 2_000;

/**
 * Ends the reservations of cancelled shows, some of each show in turn. It never considers a show finished, because a hold that
 * crossed the cancellation may become a reservation after all others have ended. It also writes the new times of moved shows into their
 * reservations. Any number of replicas may run it.
 */
export function startFollowingShows(
  outbox: Outbox,
  log: Logger,
  now: () => Date = () => new Date(),
): Repeating {
  return repeat('following cancelled and moved shows', lookEveryMs, log, async () => {
    let left: 'more' | 'done' = 'done';
    for (const scheduleId of await findSchedulesToClear(outbox.database.manager)) {
      if ((await endSomeOfShow(outbox, scheduleId, now())) === 'more') left = 'more';
    }
    for (const move of await findMovesToTell(outbox.database.manager)) {
      if ((await moveSomeOfShow(outbox, move, now())) === 'more') left = 'more';
    }
    return left;
  });
}
