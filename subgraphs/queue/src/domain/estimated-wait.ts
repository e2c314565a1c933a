import type { Room } from './room.ts';
import { measuredTurnover } from './turnover.ts';

/** The greatest Int of GraphQL. */
const longest = 2 ** 31 - 1;

/**
 * How long a fan at `position` will wait, in whole seconds; 0 for position 0. The longer of two times decides:
 * - by the rate, each fan up to and including this one takes 1/admitPerSecond;
 * - by the turnover, fans beyond the free places wait for as many admissions to end. Their speed was measured in the last
 *   minute; it cannot stay slower than when all admissions are used to the full, maxActive of them every admissionSeconds.
 *
 * The time until sales open is added. A paused room is assumed to go on now, as fast as before, because nobody knows when
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
