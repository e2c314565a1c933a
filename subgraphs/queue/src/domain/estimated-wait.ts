import type { Room } from './room.ts';

/** The longest that GraphQL's Int can say. */
const longest = 2 ** 31 - 1;

/**
 * How long a fan at `position` will wait, in whole seconds; 0 for position 0. What takes longer decides:
 * - the rate: each fan up to and including this one takes 1/admitPerSecond;
 * - the turnover: fans beyond the free places wait for as many admissions to end, and maxActive of them end every
 *   admissionSeconds when all are used to the full. Fans who are done sooner make the wait shorter than this.
 *
 * To it comes the time until sales open. A room that is paused or closed is taken to go on now: nobody knows when
 * it will, and the status beside the estimate says that it does not.
 */
export function estimatedWaitSeconds(room: Room, active: number, position: number, now: Date): number {
  if (position === 0) return 0;
  const untilOpen = Math.max(0, room.salesOpenAt.getTime() - now.getTime()) / 1_000;
  const free = Math.max(0, room.maxActive - active);
  const byRate = position / room.admitPerSecond;
  const byTurnover = (Math.max(0, position - free) * room.admissionSeconds) / room.maxActive;
  return Math.min(longest, Math.ceil(untilOpen + Math.max(byRate, byTurnover)));
}
