import type { Outbox } from '@frontrow/events/outbox';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Left, Repeating } from '@frontrow/kit/repeat';
import { expiredBefore, graceMs } from './domain/decide-reservation.ts';
import { expireDueReservations } from './operations/expire-due-reservations.ts';
import { nextExpiry } from './storage/reservations.ts';

/** How long the clock sleeps at most. What another replica left undone is found within this time. */
const lookEveryMs = 1_000;

/** The one clock of unpaid reservations, which ends each when it is due. Any number of replicas may run it. */
export function startClock(outbox: Outbox, log: Logger, now: () => Date = () => new Date()): Repeating {
  const { manager } = outbox.database;
  const until = (expiry: Date | undefined): Left =>
    expiry === undefined ? 'done' : expiry.getTime() + graceMs - now().getTime();
  return repeat('ending expired reservations', lookEveryMs, log, async () => {
    const lookedAt = now();
    const first = await nextExpiry(manager);
    if (first === undefined || first > expiredBefore(lookedAt)) return until(first);
    if ((await expireDueReservations(outbox, lookedAt)) === 'more') return 'more';
    // A reservation that is due and still PENDING is being changed by somebody. It is looked at again when the clock wakes.
    return until(await nextExpiry(manager, expiredBefore(lookedAt)));
  });
}
