import { refuse } from '@frontrow/kit/refusal';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import type { Hold } from './hold.ts';

/** The holds of a concert that a fan let end without paying, while others could not have the seats. */
export interface UnpaidHolds {
  readonly count: number;
  /** When the last of them ended; null if there is none. */
  readonly lastAt: Date | null;
}

/** How many unpaid holds cost no pause, because they happen to everybody. */
const freeOfPause = 1;
const firstPauseSeconds = 10;
const longestPauseSeconds = 10 * 60;

/** How long, in seconds, a fan may hold no seats of the concert after this many unpaid holds. The time doubles with each. */
export const pauseSeconds = (count: number): number =>
  count <= freeOfPause
    ? 0
    : Math.min(firstPauseSeconds * 2 ** (count - freeOfPause - 1), longestPauseSeconds);

/** Why the fan may hold no seats of the concert for now; null if they may. */
export function whyPaused({ count, lastAt }: UnpaidHolds, now: Date) {
  if (lastAt === null) return null;
  const leftMs = lastAt.getTime() + pauseSeconds(count) * 1_000 - now.getTime();
  if (leftMs <= 0) return null;
  const retryAfterSeconds = Math.ceil(leftMs / 1_000);
  return refuse(
    'TOO_MANY_UNPAID_HOLDS',
    `${count} holds of this concert ended unpaid; seats can be held again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

/** Whether a hold ended because its fan did not pay. Holds that the system ended do not count. */
export function endedUnpaid(found: Hold, reason: ReservationEnd): boolean {
  if (found.status !== 'HELD') return false;
  switch (reason) {
    case 'CANCELLED_BY_FAN':
    case 'HOLD_EXPIRED':
    case 'PAYMENT_FAILED':
      return true;
    case 'SALE_FAILED':
    case 'COMPENSATED':
    case 'SHOW_CANCELLED':
      return false;
    default:
      return reason satisfies never;
  }
}
