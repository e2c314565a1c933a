import type { Room } from './room.ts';

/**
 * How fast places come free: the fans let in while all places were in use. Those who fill a room that has free places
 * come as fast as admitPerSecond lets them, and say nothing about it.
 */
export interface Turnover {
  /** Since when all places have been in use, in ms since the epoch. */
  readonly since: number;
  /** How many were let in, in portions of `portionMs`, the last minute of them: [ms since the epoch, fans]. */
  readonly admitted: readonly (readonly [number, number])[];
}

const minuteMs = 60_000;
const portionMs = 5_000;
/** What was measured for a shorter time than this says nothing. */
const shortestMs = 10_000;

/**
 * The turnover after a wave; null unless it left no place free.
 * @param active how many fans were admitted before the wave
 */
export function turnoverAfter(room: Room, active: number, wave: number, now: Date): Turnover | null {
  if (active + wave < room.maxActive) return null;
  const at = now.getTime();
  // This wave took the last places that nobody had used: from now on a place has to come free.
  if (room.turnover === null) return { since: at, admitted: [] };
  const { since, admitted } = room.turnover;
  const recent = admitted.filter(([from]) => from > at - minuteMs - portionMs);
  const [from, count] = recent.at(-1) ?? [-Infinity, 0];
  return from > at - portionMs
    ? { since, admitted: [...recent.slice(0, -1), [from, count + wave]] }
    : { since, admitted: [...recent, [at, wave]] };
}

/** Fans per second, measured over the last minute in which the room was open; 0 when that cannot be told. */
export function measuredTurnover({ status, turnover }: Room, now: Date): number {
  if (turnover === null) return 0;
  // A pause is no time in which places came free slowly: the measure stands still, as the line does.
  const until = status === 'OPEN' ? now.getTime() : (turnover.admitted.at(-1)?.[0] ?? 0);
  const from = Math.max(turnover.since, until - minuteMs);
  if (until - from < shortestMs) return 0;
  const fans = turnover.admitted.reduce((sum, [at, count]) => (at >= from ? sum + count : sum), 0);
  return (fans * 1_000) / (until - from);
}
