import { graceMs } from './room.ts';

/** The time in which the service has looked at its lines without an interruption and has seen fans. Instants are the database's. */
export interface Watch {
  readonly since: Date;
  readonly lookedAt: Date;
}

/** Lines are looked at several times a second; after a longer pause, in ms, fans may have come and gone unseen. */
const longestPauseMs = 15_000;
/** When nobody in any line has been seen for so long, in ms, the way to the fans is broken rather than all of them away. */
const longestSilenceMs = graceMs / 2;

/**
 * The watch after another look at the lines. It begins anew when fans could not be seen for a while, because this process, its
 * database or the gateways were away.
 * @param lastSeenAt when any of the fans who wait was last seen; null if nobody waits
 */
export function watchOn(before: Watch | null, now: Date, lastSeenAt: Date | null): Watch {
  const isUnbroken =
    before !== null &&
    now.getTime() - before.lookedAt.getTime() <= longestPauseMs &&
    lastSeenAt !== null &&
    now.getTime() - lastSeenAt.getTime() <= longestSilenceMs;
  return { since: isUnbroken ? before.since : now, lookedAt: now };
}
