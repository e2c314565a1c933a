import { badUserInput } from './errors.ts';

/*
 * A service that owns a number keeps what it was in each minute, so that it can be drawn over time. A row belongs to its minute and is
 * written as often as anybody likes, by any replica: the last look of the minute stays.
 */

const minuteMs = 60_000;
const longest = 24 * 60;

/** When the minute began that an instant lies in. */
export const minuteOf = (instant: Date): Date =>
  new Date(Math.floor(instant.getTime() / minuteMs) * minuteMs);

/**
 * The last minutes, oldest first; the present one, which is not over yet, is among them.
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
 * What there is of each of the minutes.
 * @param rows in any order; of no two is the minute the same
 * @param otherwise what a minute without a row is, given the one before; undefined leaves it out
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

/** For gauges: a minute without a row was as the one before it. */
export const asBefore = <Row extends OfMinute>(at: Date, before: Row | undefined): Row | undefined =>
  before === undefined ? undefined : { ...before, at };

/**
 * Remembers what a replica has kept of gauges that seldom change, so that it writes only what is new, and each hour all of them: who
 * reads then never has to look far back. Two replicas may write the same row; it is the same then.
 */
export class LastKept {
  #hour = 0;
  readonly #kept = new Map<string, string>();

  /** Whether a gauge differs from what was kept of it last, which it is from now on. */
  isNew(id: string, values: readonly number[], now: Date): boolean {
    const hour = Math.floor(now.getTime() / (60 * minuteMs));
    if (hour !== this.#hour) this.#kept.clear();
    this.#hour = hour;
    const text = values.join();
    if (this.#kept.get(id) === text) return false;
    this.#kept.set(id, text);
    return true;
  }

  /** What could not be stored is new again. */
  forget(): void {
    this.#kept.clear();
  }
}
