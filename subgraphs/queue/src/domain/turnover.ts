/**
 * How fast places come free: the fans let in while all places were in use. Fans who fill free places come as fast as
 * admitPerSecond allows, and say nothing about how fast places come free.
 */
export interface Turnover {
  /** Since when all places have been in use, in ms since the epoch. */
  readonly since: number;
  /** How many fans were let in during the last minute, in portions of `portionMs`: [ms since the epoch, fans]. */
  readonly admitted: readonly (readonly [number, number])[];
}

/** The parts of a room that its turnover depends on. */
interface MeasuredRoom {
  readonly status: 'CLOSED' | 'OPEN' | 'PAUSED';
  readonly maxActive: number;
  /** Null while places are free. */
  readonly turnover: Turnover | null;
}

const minuteMs = 60_000;
const portionMs = 5_000;
/** A measurement over less time than this says nothing, in ms. */
const shortestMs = 10_000;

/**
 * The turnover after a wave; null unless it left no place free.
 * @param active how many fans were admitted before the wave
 */
export function turnoverAfter(room: MeasuredRoom, active: number, wave: number, now: Date): Turnover | null {
  if (active + wave < room.maxActive) return null;
  const at = now.getTime();
  // This wave took the last free places: from now on a place must come free first.
  if (room.turnover === null) return { since: at, admitted: [] };
  const { since, admitted } = room.turnover;
  const recent = admitted.filter(([from]) => from > at - minuteMs - portionMs);
  const [from, count] = recent.at(-1) ?? [-Infinity, 0];
  return from > at - portionMs
    ? { since, admitted: [...recent.slice(0, -1), [from, count + wave]] }
    : { since, admitted: [...recent, [at, wave]] };
}

/** Fans per second, measured over the last minute in which the room was open; 0 when that is unknown. */
export function measuredTurnover({ status, turnover }: MeasuredRoom, now: Date): number {
  if (turnover === null) return 0;
  // During a pause the measurement stands still, as the line does. A pause does not mean that places come free slowly.
  const until = status === 'OPEN' ? now.getTime() : (turnover.admitted.at(-1)?.[0] ?? 0);
  const from = Math.max(turnover.since, until - minuteMs);
  if (until - from < shortestMs) return 0;
  const fans = turnover.admitted.reduce((sum, [at, count]) => (at >= from ? sum + count : sum), 0);
  return (fans * 1_000) / (until - from);
}
