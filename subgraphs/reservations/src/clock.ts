import type { Outbox } from '@frontrow/events/outbox';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { expiredBefore, graceMs } from './domain/reservation.ts';
import { expireDueReservations } from './operations/expire-due-reservations.ts';
import { nextExpiry } from './storage/reservations.ts';

/** How long the clock sleeps at the most: what another replica left behind is found within this time. */
const lookEveryMs = 1_000;

/** The one clock of holds: ends each when it is due. Any number of replicas may run it. */
export function startClock(outbox: Outbox, log: Logger, now: () => Date = () => new Date()): Repeating {
  let alarm: NodeJS.Timeout | undefined;
  const clock = repeat('ending expired holds', lookEveryMs, log, async () => {
    const lookedAt = now();
    if ((await expireDueReservations(outbox, lookedAt)) === 'more') return 'more';
    const next = await nextExpiry(outbox.database.manager, expiredBefore(lookedAt));
    clearTimeout(alarm);
    const dueInMs = next === undefined ? Infinity : next.getTime() + graceMs - now().getTime();
    if (dueInMs < lookEveryMs) alarm = setTimeout(wake, dueInMs);
    return 'done';
  });
  const wake = () => {
    clock.wake();
  };
  return {
    wake,
    stop: async () => {
      await clock.stop();
      clearTimeout(alarm);
    },
  };
}
