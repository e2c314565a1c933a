import type { Broker } from '@frontrow/events/broker';
import type { DataOf } from '@frontrow/events/contract';
import { seatsHeld, seatsReleased, seatsSold } from '@frontrow/events/contracts/concerts';
import { overhear } from '@frontrow/events/overhear';
import { Latest } from '@frontrow/kit/latest';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { Schedule } from './domain/concert.ts';
import type { Seat } from './domain/seat.ts';
import { findSeats, findTakenSeats } from './storage/seats.ts';

/** How often watchers are told at the most, in ms: what happens meanwhile is told together. */
const gapMs = 150;
/** How often a seat map is compared with the database, in ms: while there is no broker to tell of changes, and otherwise. */
const compareMs = { disconnected: 2_000, connected: 30_000 };
const lookEveryMs = 1_000;
const batchSize = 1_000;

/** The seats of a schedule that changed since the last event. In the first event: all that are not AVAILABLE. */
export interface SeatsChanged {
  readonly schedule: Schedule;
  readonly seats: readonly Seat[];
}

/** What a watcher is told, and what is needed to make one of it and of what happens before they take it. */
interface Told extends SeatsChanged {
  /** Whether it is all seats that are not AVAILABLE. */
  readonly isFirst: boolean;
  /** All of these after this event: one list, however many ask. */
  readonly all: () => readonly Seat[];
}

interface SeatMap {
  readonly schedule: Schedule;
  /** The seats that are not AVAILABLE, as all watchers but the newcomers know them. */
  readonly taken: Map<string, Seat>;
  readonly watchers: Set<Latest<Told>>;
  /** Those who were not told anything yet. */
  readonly newcomers: Set<Latest<Told>>;
  /** Seats that something happened to. */
  touched: Set<string>;
  comparedAt: number;
}

/** Begins to watch what any replica does to seats. */
export function startSeatMaps(manager: EntityManager, broker: Broker, log: Logger): SeatMaps {
  const maps = new SeatMaps(manager, broker.isConnected, log);
  // It ends with the connection.
  const isWanted = () => maps.hasAny;
  const hearHold = ({ scheduleId, seats }: DataOf<typeof seatsHeld>) =>
    maps.hear(
      scheduleId,
      seats.map(({ seatId }) => seatId),
    );
  overhear(broker, [seatsHeld], hearHold, isWanted);
  const hearChange = ({ scheduleId, seatIds }: DataOf<typeof seatsSold>) => maps.hear(scheduleId, seatIds);
  overhear(broker, [seatsSold, seatsReleased], hearChange, isWanted);
  return maps;
}

/**
 * The seat maps that somebody watches on this replica. Each is read once, however many watch it; then the seats that the service's
 * own events name are read, all of a moment together, and told to everybody.
 */
class SeatMaps {
  readonly #manager: EntityManager;
  readonly #isConnected: () => boolean;
  readonly #maps = new Map<string, SeatMap>();
  #wasConnected = true;
  readonly #log: Logger;
  readonly #loop;

  constructor(manager: EntityManager, isConnected: () => boolean, log: Logger) {
    this.#manager = manager;
    this.#isConnected = isConnected;
    this.#log = log;
    this.#loop = repeat('telling who watches a seat map', lookEveryMs, log, () => this.#tell(), { gapMs });
  }

  /** All seats that are not AVAILABLE, then those that changed. It never ends by itself. */
  watch(schedule: Schedule): AsyncGenerator<SeatsChanged, undefined, undefined> {
    const told = new Latest<Told>(() => this.#forget(schedule.id, told), merge);
    const map = this.#maps.get(schedule.id) ?? {
      schedule,
      taken: new Map(),
      watchers: new Set(),
      newcomers: new Set(),
      touched: new Set(),
      comparedAt: -Infinity,
    };
    map.newcomers.add(told);
    this.#maps.set(schedule.id, map);
    this.#loop.wake();
    return told.events;
  }

  /** Whether anybody watches a map. */
  get hasAny(): boolean {
    return this.#maps.size > 0;
  }

  /** Something happened to these seats. */
  hear(scheduleId: string, seatIds: readonly string[]): void {
    const map = this.#maps.get(scheduleId);
    if (map === undefined) return;
    for (const id of seatIds) map.touched.add(id);
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #tell(): Promise<'done'> {
    const isConnected = this.#isConnected();
    const now = performance.now();
    // What happened while there was no connection was not heard of.
    if (isConnected && !this.#wasConnected) for (const map of this.#maps.values()) map.comparedAt = -Infinity;
    this.#wasConnected = isConnected;
    const maxAge = isConnected ? compareMs.connected : compareMs.disconnected;
    for (const map of this.#maps.values()) {
      try {
        if (now - map.comparedAt >= maxAge) await this.#compare(map, now);
        await this.#tellWatchers(map);
      } catch (error) {
        // Those of the next map do not wait until this one can be read.
        this.#log.error({ err: error, schedule: map.schedule.id }, 'telling who watches a seat map failed');
      }
    }
    return 'done';
  }

  /** Touches all seats that are not what this replica takes them for. */
  async #compare(map: SeatMap, now: number): Promise<void> {
    const taken = await findTakenSeats(this.#manager, map.schedule.id);
    const found = new Set<string>();
    await forEach(taken, ({ id, version }) => {
      found.add(id);
      if (map.taken.get(id)?.version !== version) map.touched.add(id);
    });
    await forEach(map.taken.keys(), (id) => {
      if (!found.has(id)) map.touched.add(id);
    });
    map.comparedAt = now;
  }

  // Reads follow one after the other, so a later one never brings back what an earlier one has seen go.
  async #tellWatchers(map: SeatMap): Promise<void> {
    const { schedule, taken, watchers, newcomers } = map;
    const arrived = [...newcomers];
    const touched = [...map.touched];
    map.touched = new Set();
    const changed = await this.#learn(map, touched);
    // One list for all: it is made into JSON once.
    let list: readonly Seat[] | undefined;
    const all = () => (list ??= [...taken.values()]);
    if (changed.length > 0)
      for (const told of watchers) told.put({ schedule, seats: changed, all, isFirst: false });
    for (const told of arrived) {
      // Who has gone meanwhile is among the newcomers no more.
      if (!newcomers.delete(told)) continue;
      told.put({ schedule, seats: all(), all, isFirst: true });
      watchers.add(told);
    }
  }

  /** Reads these seats, some at a time. @returns those that are not what they were taken for */
  async #learn({ taken, touched }: SeatMap, ids: readonly string[]): Promise<Seat[]> {
    const changed: Seat[] = [];
    try {
      for (let start = 0; start < ids.length; start += batchSize) {
        for (const seat of await findSeats(this.#manager, ids.slice(start, start + batchSize))) {
          if (taken.get(seat.id)?.version !== seat.version) changed.push(seat);
        }
      }
    } catch (error) {
      for (const id of ids) touched.add(id);
      throw error;
    }
    await forEach(changed, (seat) => {
      if (seat.status === 'AVAILABLE') taken.delete(seat.id);
      else taken.set(seat.id, seat);
    });
    return changed;
  }

  #forget(scheduleId: string, told: Latest<Told>): void {
    const map = this.#maps.get(scheduleId);
    if (map === undefined) return;
    map.watchers.delete(told);
    map.newcomers.delete(told);
    if (map.watchers.size + map.newcomers.size === 0) this.#maps.delete(scheduleId);
  }
}

export type { SeatMaps };

/** Whoever else has something to do in this process does it in between. */
async function forEach<Item>(items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let count = 0;
  for (const item of items) {
    work(item);
    if (++count % batchSize === 0) await nextTurn();
  }
}

/** A watcher who is slow gets the last state of each seat, once. What this takes is a matter of what happened, not of the hall. */
function merge(waiting: Told, next: Told): Told {
  if (waiting.isFirst) return { ...next, seats: next.all(), isFirst: true };
  const merged = waiting instanceof Merged ? waiting : new Merged(waiting);
  merged.add(next);
  return merged;
}

class Merged implements Told {
  readonly schedule: Schedule;
  readonly isFirst = false;
  readonly all: Told['all'];
  readonly #byId = new Map<string, Seat>();
  #seats: readonly Seat[] | undefined;

  constructor(told: Told) {
    this.schedule = told.schedule;
    this.all = told.all;
    this.add(told);
  }

  add({ seats }: Told): void {
    for (const seat of seats) this.#byId.set(seat.id, seat);
    this.#seats = undefined;
  }

  get seats(): readonly Seat[] {
    return (this.#seats ??= [...this.#byId.values()]);
  }
}
