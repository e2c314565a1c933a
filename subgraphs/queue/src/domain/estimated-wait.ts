import type { Room } from './room.ts';
import { measuredTurnover } from './turnover.ts';

/** The longest that GraphQL's Int can say. */
const longest = 2 ** 31 - 1;

/**
 * How long a fan at `position` will wait, in whole seconds; 0 for position 0. What takes longer decides:
 * - the rate: each fan up to and including this one takes 1/admitPerSecond;
 * - the turnover: fans beyond the free places wait for as many admissions to end. How fast they do was measured in the last
 *   minute; it cannot stay slower than when all are used to the full, maxActive of them every admissionSeconds.
 *
 * To it comes the time until sales open. A room that is paused is taken to go on now, as fast as before: nobody knows when
 * it will. So the estimate stands still, as the line does, and the room's status says why.
 */
export function estimatedWaitSeconds(room: Room, active: number, position: number, now: Date): number {
  if (position === 0) return 0;
  const untilOpen = Math.max(0, room.salesOpenAt.getTime() - now.getTime()) / 1_000;
  const free = Math.max(0, room.maxActive - active);
  const byRate = position / room.admitPerSecond;
  const turnover = Math.max(measuredTurnover(room, now), room.maxActive / room.admissionSeconds);
  const byTurnover = Math.max(0, position - free) / turnover;
  return Math.min(longest, Math.ceil(untilOpen + Math.max(byRate, byTurnover)));
}
