import type { Schedule } from './domain/concert.ts';
import type { Seat } from './domain/seat.ts';
import type { SeatNow, SeatStates } from './seat-states.ts';

/** What a follower of a seat map is told. */
export interface SeatsChanged {
  readonly schedule: Schedule;
  /** The version to which the changes apply; null if this is the whole map, whatever the follower knew before. */
  readonly since: number | null;
  /** The map after the changes. */
  readonly states: SeatStates;
  /** The changed seats, each once; empty for a whole map. */
  readonly changed: readonly SeatNow[];
  /** These seats as the API shows them; for a whole map, those that are not AVAILABLE. All followers share the list. */
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

/**
 * A slow follower gets the last state of each seat, once. The cost depends on the number of changes, not on the size of the hall.
 */
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

/** How many changes of seats are remembered for clients that come back. Most of them were away for a few seconds. */
const mostRemembered = 5_000;

/** The recent changes of a map. They do not keep the maps themselves, each of which takes 0.5 MB in a large hall. */
export class RecentChanges {
  /** The changed seats, and the version of the map after each change. */
  #changes: { readonly version: number; readonly changed: readonly SeatNow[] }[] = [];
  #count = 0;
  /** The oldest version since which all changes are remembered. */
  #from: number;

  constructor(version: number) {
    this.#from = version;
  }

  add({ states: { version }, changed }: SeatsChanged): void {
    this.#changes.push({ version, changed });
    this.#count += changed.length;
    while (this.#count > mostRemembered) {
      const [forgotten] = this.#changes.splice(0, 1);
      if (forgotten === undefined) return;
      this.#count -= forgotten.changed.length;
      this.#from = forgotten.version;
    }
  }

  /** Forgets all changes before this version, so that nobody continues from an older one. */
  forget(version: number): void {
    [this.#changes, this.#count, this.#from] = [[], 0, version];
  }

  /**
   * What a client is told that knows the map at a version.
   * @param states the map now. If it is older than what the client knows, the client is sent it as it is, and what follows is
   * newer
   */
  since(version: number, schedule: Schedule, states: SeatStates): SeatsChanged {
    if (version > states.version) return changesOf(schedule, states.version, states, []);
    if (version < this.#from) return wholeMap(schedule, states);
    const byRank = new Map<number, SeatNow>();
    for (const change of this.#changes)
      if (change.version > version) for (const seat of change.changed) byRank.set(seat.rank, seat);
    return changesOf(schedule, version, states, [...byRank.values()]);
  }
}
