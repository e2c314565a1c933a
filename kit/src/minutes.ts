import { badUserInput } from './errors.ts';
import type { Logger } from './log.ts';
import { repeat } from './repeat.ts';
import type { Repeating } from './repeat.ts';

/*
 * A service that owns a number keeps its value in each minute, so that it can be drawn over time. Each minute has one row, which any
 * replica may write any number of times; the last value of the minute stays.
 */

const minuteMs = 60_000;
const longest = 24 * 60;
/** How often gauges are looked at; the last look in a minute is what is kept of it. */
const lookEveryMs = 10_000;

/** The beginning of the minute that contains an instant. */
export const minuteOf = (instant: Date): Date =>
  new Date(Math.floor(instant.getTime() / minuteMs) * minuteMs);

/**
 * The last minutes, oldest first, including the present one, which is not over yet.
 * @throws BAD_USER_INPUT unless 1 ≤ count ≤ 1,440
 */
export function lastMinutes(count: number, now: Date): [Date, ...Date[]] {
  if (count < 1 || count > longest) throw badUserInput('minutes', `must be from 1 to ${longest}.`);
  const present = minuteOf(now);
  const all = Array.from(
    { length: count },
    (_, i) => new Date(present.getTime() - (count - 1 - i) * minuteMs),
  );
  return all as [Date, ...Date[]];
}

export interface OfMinute {
  readonly at: Date;
}

/**
 * The row of each of the minutes.
 * @param rows in any order, with at most one for each minute
 * @param otherwise makes the row of a minute without one from the row before it; undefined leaves the minute out
 */
export function ofEach<Row extends OfMinute>(
  minutes: readonly Date[],
  rows: readonly Row[],
  otherwise: (at: Date, before: Row | undefined) => Row | undefined,
): Row[] {
  const known = new Map(rows.map((row) => [row.at.getTime(), row]));
  const earlier = rows.filter(({ at }) => minutes[0] !== undefined && at < minutes[0]);
  let before = earlier.toSorted((one, other) => one.at.getTime() - other.at.getTime()).at(-1);
  return minutes.flatMap((at) => {
    const row = known.get(at.getTime()) ?? otherwise(at, before);
    before = row;
    return row === undefined ? [] : [row];
  });
}

/** For gauges: a minute without a row has the value of the one before it. */
export const asBefore = <Row extends OfMinute>(at: Date, before: Row | undefined): Row | undefined =>
  before === undefined ? undefined : { ...before, at };

/**
 * Remembers which gauge values a replica has stored, so that it writes only new ones. Each hour it writes all of them, so that a
 * reader never has to look far back. Two replicas may write the same row, with the same value.
 */
export class LastKept {
  #hour = 0;
  readonly #kept = new Map<string, string>();

  /** Whether a gauge differs from its last stored value, which this call replaces. */
  isNew(id: string, values: readonly number[], now: Date): boolean {
    const hour = Math.floor(now.getTime() / (60 * minuteMs));
    if (hour !== this.#hour) this.#kept.clear();
    this.#hour = hour;
    const text = values.join();
    if (this.#kept.get(id) === text) return false;
    this.#kept.set(id, text);
    return true;
  }

  /** Counts everything as new again, because it could not be stored. */
  forget(): void {
    this.#kept.clear();
  }
}

/**
 * Keeps gauges until it is stopped. It only reads them, so no fan waits for it.
 * @param what for the log
 * @param keep stores those that are new
 */
export function startKeepingGauges(
  what: string,
  log: Logger,
  keep: (kept: LastKept, now: Date) => Promise<void>,
): Repeating {
  const kept = new LastKept();
  return repeat(what, lookEveryMs, log, async () => {
    try {
      await keep(kept, new Date());
    } catch (error) {
      kept.forget();
      throw error;
    }
    return 'done';
  });
}
