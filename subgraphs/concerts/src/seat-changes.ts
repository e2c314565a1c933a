import type { Schedule } from './domain/concert.ts';
import type { Seat } from './domain/seat.ts';
import type { SeatNow, SeatStates } from './seat-states.ts';

/** What somebody who follows a seat map is told. */
export interface SeatsChanged {
  readonly schedule: Schedule;
  /** The version that the changes go on from; null when this is the whole map, whatever was known before. */
  readonly since: number | null;
  /** The map after it. */
  readonly states: SeatStates;
  /** The seats that are not what they were, each once; none of the whole map. */
  readonly changed: readonly SeatNow[];
  /** The same as everybody sees them; of the whole map those that are not AVAILABLE. One list, however many are told. */
  readonly seats: readonly Seat[];
}

export const wholeMap = (schedule: Schedule, states: SeatStates): SeatsChanged => ({
  ...{ schedule, since: null, states, changed: [] },
  get seats() {
    return states.taken;
  },
});

export function changesOf(
  schedule: Schedule,
  since: number,
  states: SeatStates,
  changed: readonly SeatNow[],
): SeatsChanged {
  let seats: readonly Seat[] | undefined;
  return {
    ...{ schedule, since, states, changed },
    get seats() {
      return (seats ??= states.seats(changed));
    },
  };
}

/** A watcher who is slow gets the last state of each seat, once. What this takes is a matter of what happened, not of the hall. */
export function merge(waiting: SeatsChanged, next: SeatsChanged): SeatsChanged {
  if (waiting.since === null || next.since === null) return wholeMap(next.schedule, next.states);
  const merged = waiting instanceof Merged ? waiting : new Merged(waiting, waiting.since);
  merged.add(next);
  return merged;
}

class Merged implements SeatsChanged {
  readonly schedule: Schedule;
  readonly since: number;
  readonly #byRank = new Map<number, SeatNow>();
  #states: SeatStates;
  #seats: readonly Seat[] | undefined;

  constructor(told: SeatsChanged, since: number) {
    this.schedule = told.schedule;
    this.since = since;
    this.#states = told.states;
    this.add(told);
  }

  add({ changed, states }: SeatsChanged): void {
    for (const seat of changed) this.#byRank.set(seat.rank, seat);
    this.#states = states;
    this.#seats = undefined;
  }

  get states(): SeatStates {
    return this.#states;
  }

  get changed(): readonly SeatNow[] {
    return [...this.#byRank.values()];
  }

  get seats(): readonly Seat[] {
    return (this.#seats ??= this.#states.seats(this.changed));
  }
}

/** How many changes of seats are remembered for who comes back: most of them took no more than a few seconds. */
const mostRemembered = 5_000;

/** What has happened to a map lately. */
export class RecentChanges {
  #told: SeatsChanged[] = [];
  #count = 0;
  /** The oldest version from which all is known that followed. */
  #from: number;

  constructor(version: number) {
    this.#from = version;
  }

  add(change: SeatsChanged): void {
    this.#told.push(change);
    this.#count += change.changed.length;
    while (this.#count > mostRemembered) {
      const forgotten = this.#told.shift() as SeatsChanged;
      this.#count -= forgotten.changed.length;
      this.#from = forgotten.states.version;
    }
  }

  /** Nothing that anybody knows can be gone on from. */
  forget(version: number): void {
    [this.#told, this.#count, this.#from] = [[], 0, version];
  }

  /**
   * What somebody is to be told who knows a version.
   * @param states the map now; one that is older than what they know is told as it is: what follows will be newer
   */
  since(version: number, schedule: Schedule, states: SeatStates): SeatsChanged {
    if (version > states.version) return changesOf(schedule, states.version, states, []);
    if (version < this.#from) return wholeMap(schedule, states);
    const first = changesOf(schedule, version, states, []);
    return this.#told.filter((told) => told.states.version > version).reduce(merge, first);
  }
}
