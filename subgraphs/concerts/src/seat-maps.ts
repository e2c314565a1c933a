import type { Broker } from '@frontrow/events/broker';
import type { DataOf } from '@frontrow/events/contract';
import {
  seatsGivenFree,
  seatsHeld,
  seatsKeptBack,
  seatsReleased,
  seatsSold,
} from '@frontrow/events/contracts/concerts';
import { overhear } from '@frontrow/events/overhear';
import { Latest } from '@frontrow/kit/latest';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { Schedule } from './domain/concert.ts';
import { readSeatStates, SeatLook } from './read-seat-states.ts';
import { changesOf, merge, RecentChanges, wholeMap } from './seat-changes.ts';
import type { SeatsChanged } from './seat-changes.ts';
import type { SeatStates } from './seat-states.ts';

/** How often followers are told at most, in ms. What happens in between is told together. */
const gapMs = 150;
/**
 * How often the database is asked whether anything has happened, in ms. Without a broker, this is the only way to learn of
 * changes.
 */
const checkMs = { disconnected: 2_000, connected: 30_000 };
const lookEveryMs = 1_000;
/** After how many ms at most a change by hand becomes visible, which the counters do not show. */
const readAgainMs = 300_000;
/**
 * How often, and how many ms apart, to look again for changes that are committed but not heard of yet, before the whole map is
 * read.
 */
const [mostLooks, lookAgainMs] = [10, 25];
/**
 * How long nothing is read of a map after all of it was read again: for so many times as long as that took, and for so many ms at
 * least.
 */
const [restFactor, leastRestMs] = [3, 2_000];
/**
 * How long a map without followers is kept up to date after it was last asked for, in ms; and how many seats such maps may have
 * together.
 */
const keptMs = 60_000;
const mostSeatsKept = 500_000;

interface SeatMap {
  readonly schedule: Schedule;
  /** Undefined until it has been read. */
  states: SeatStates | undefined;
  readonly recent: RecentChanges;
  readonly followers: Set<Latest<SeatsChanged>>;
  /** Followers that wait for the map to be read, with the version that they know. */
  readonly newFollowers: Map<Latest<SeatsChanged>, number | undefined>;
  /** Seats that have changed since the last look. */
  touched: Set<string>;
  /** This and the next three times are in ms of `performance.now()`. */
  checkedAt: number;
  usedAt: number;
  restUntil: number;
  readAt: number;
  reading: Promise<SeatStates> | undefined;
}

/** Begins to follow what any replica does to seats. */
export function startSeatMaps(manager: EntityManager, broker: Broker, log: Logger): SeatMaps {
  const maps = new SeatMaps(manager, broker.isConnected, log);
  // The subscriptions end with the connection.
  const isWanted = () => maps.hasAny;
  const hearHold = ({ scheduleId, seats }: DataOf<typeof seatsHeld>) =>
    maps.hear(
      scheduleId,
      seats.map(({ seatId }) => seatId),
    );
  overhear(broker, [seatsHeld], hearHold, isWanted);
  const hearChange = ({ scheduleId, seatIds }: Pick<DataOf<typeof seatsSold>, 'scheduleId' | 'seatIds'>) =>
    maps.hear(scheduleId, seatIds);
  overhear(broker, [seatsSold, seatsReleased], hearChange, isWanted);
  overhear(broker, [seatsKeptBack, seatsGivenFree], hearChange, isWanted);
  return maps;
}

/**
 * The seat maps that somebody follows on this replica, or has asked for lately. Each is read once for all its followers. After
 * that, only the seats that the service's own events name are read, all of a moment together, and all followers are told. A map
 * always shows one snapshot of the database; its version says which one, and is the same on every replica.
 */
class SeatMaps {
  readonly #manager: EntityManager;
  readonly #isConnected: () => boolean;
  readonly #maps = new Map<string, SeatMap>();
  #wasConnected = true;
  readonly #log: Logger;
  readonly #loop;
  #turn: Promise<void> = Promise.resolve();

  constructor(manager: EntityManager, isConnected: () => boolean, log: Logger) {
    this.#manager = manager;
    this.#isConnected = isConnected;
    this.#log = log;
    this.#loop = repeat('following seat maps', lookEveryMs, log, () => this.#refresh(), { gapMs });
  }

  /** The map as this replica knows it, which may be a few 100 ms old. */
  async look(schedule: Schedule): Promise<SeatStates> {
    const map = this.#open(schedule);
    map.usedAt = performance.now();
    return map.states ?? this.#read(map);
  }

  /**
   * The whole map, followed by its changes. It never ends by itself.
   * @param since the version that the follower knows already. If the changes since then are remembered, they come instead of the
   * whole map
   */
  follow(schedule: Schedule, since?: number): AsyncGenerator<SeatsChanged, undefined, undefined> {
    const map = this.#open(schedule);
    const told = new Latest<SeatsChanged>(() => {
      map.followers.delete(told);
      map.newFollowers.delete(told);
      map.usedAt = performance.now();
    }, merge);
    map.newFollowers.set(told, since);
    if (map.states === undefined) this.#loop.wake();
    else this.#welcome(map, map.states);
    return told.events;
  }

  /** Whether there are maps to be kept up to date. */
  get hasAny(): boolean {
    return this.#maps.size > 0;
  }

  /** Notes that these seats have changed. */
  hear(scheduleId: string, seatIds: readonly string[]): void {
    const map = this.#maps.get(scheduleId);
    if (map === undefined) return;
    for (const id of seatIds) map.touched.add(id);
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#turn;
  }

  #open(schedule: Schedule): SeatMap {
    const known = this.#maps.get(schedule.id);
    if (known !== undefined) return known;
    const map: SeatMap = {
      ...{ schedule, states: undefined, recent: new RecentChanges(0), reading: undefined },
      ...{ followers: new Set(), newFollowers: new Map(), touched: new Set() },
      ...{ checkedAt: -Infinity, readAt: -Infinity, usedAt: performance.now(), restUntil: -Infinity },
    };
    this.#maps.set(schedule.id, map);
    return map;
  }

  async #refresh(): Promise<'done'> {
    this.#forgetUnused();
    const isConnected = this.#isConnected();
    // Changes that happened while there was no connection were not heard of.
    if (isConnected && !this.#wasConnected) for (const map of this.#maps.values()) map.checkedAt = -Infinity;
    this.#wasConnected = isConnected;
    const maxAge = isConnected ? checkMs.connected : checkMs.disconnected;
    const now = performance.now();
    const idle = [...this.#maps.values()].filter((map) => map.reading === undefined && map.restUntil <= now);
    for (const map of idle)
      if (map.states === undefined || now - map.readAt > readAgainMs) this.#readSoon(map);
    // A look beside the reading of the whole map would be in another snapshot, and one of them would seem to go back.
    const due = idle.filter(
      (map) => map.reading === undefined && (map.touched.size > 0 || now - map.checkedAt >= maxAge),
    );
    const known = due.flatMap((map) => (map.states === undefined ? [] : { map, states: map.states }));
    // Without a broker there are no events to wait for.
    await this.#lookAt(known, isConnected ? mostLooks : 1);
    return 'done';
  }

  /**
   * Reads in one snapshot what has become of seats, and tells the followers. The event of a change arrives a little after its
   * commit, so the snapshot may contain changes that are not known yet. The number of changes shows that, and then this waits for
   * their events.
   */
  async #lookAt(due: readonly { map: SeatMap; states: SeatStates }[], most: number): Promise<void> {
    if (due.length === 0) return;
    let open = due.map(({ map, states }) => {
      const look = new SeatLook(states, map.schedule.id, map.touched);
      map.touched = new Set();
      return { map, look };
    });
    const give = (failed: typeof open) => {
      for (const { map, look } of failed) for (const id of look.ids) map.touched.add(id);
    };
    try {
      await this.#manager.transaction('REPEATABLE READ', async (tx) => {
        for (let looks = 1; ; looks++) {
          const failed: typeof open = [];
          for (const each of open) {
            try {
              if (await each.look.read(tx, each.map.touched)) this.#learn(each.map, each.look);
            } catch (error) {
              // The other maps do not wait until this one can be read.
              failed.push(each);
              this.#log.error({ err: error, schedule: each.map.schedule.id }, 'a seat map cannot be read');
            }
          }
          give(failed);
          open = open.filter((each) => !each.look.isComplete && !failed.includes(each));
          if (open.length === 0 || looks === most) return;
          await pause(lookAgainMs);
        }
      });
    } catch (error) {
      give(open);
      throw error;
    }
    for (const { map } of open) this.#readSoon(map);
  }

  #learn(map: SeatMap, { states, version, changed }: SeatLook): void {
    map.checkedAt = performance.now();
    if (changed.length > 0) this.#tell(map, states, states.after(version, changed), changed);
  }

  /** Does not wait. If it fails, it is tried again. */
  #readSoon(map: SeatMap): void {
    this.#read(map).catch((error: unknown) => {
      this.#log.error({ err: error, schedule: map.schedule.id }, 'a seat map cannot be read');
      map.restUntil = performance.now() + lookEveryMs;
      map.checkedAt = -Infinity;
    });
  }

  /**
   * Reads the whole map. Only one is read at a time, so that holds find a connection to the database however many maps are asked
   * for.
   */
  #read(map: SeatMap): Promise<SeatStates> {
    if (map.reading !== undefined) return map.reading;
    const reading = this.#turn.then(() => this.#readNow(map));
    map.reading = reading.finally(() => {
      map.reading = undefined;
    });
    this.#turn = map.reading.then(
      () => undefined,
      () => undefined,
    );
    return map.reading;
  }

  async #readNow(map: SeatMap): Promise<SeatStates> {
    const startedAt = performance.now();
    const states = await readSeatStates(this.#manager, map.schedule.id);
    const now = performance.now();
    [map.checkedAt, map.readAt] = [now, now];
    const before = map.states;
    if (before === undefined) {
      map.states = states;
      map.recent.forget(states.version);
    } else {
      map.restUntil = now + Math.max(leastRestMs, restFactor * (now - startedAt));
      const changed = states.differencesTo(before);
      if (changed.length > 0) this.#tell(map, before, states, changed);
      // Somebody has changed seats without counting it, or has restored an older database. Then versions do not say what has
      // changed.
      if (changed.length > 0 && states.version <= before.version) map.recent.forget(states.version + 1);
    }
    this.#welcome(map, states);
    return states;
  }

  #tell(map: SeatMap, before: SeatStates, states: SeatStates, changed: SeatsChanged['changed']): void {
    const change = changesOf(map.schedule, before.version, states, changed);
    map.states = states;
    map.recent.add(change);
    for (const told of map.followers) told.put(change);
  }

  #welcome(map: SeatMap, states: SeatStates): void {
    for (const [told, since] of map.newFollowers) {
      const { schedule, recent } = map;
      told.put(since === undefined ? wholeMap(schedule, states) : recent.since(since, schedule, states));
      map.followers.add(told);
    }
    map.newFollowers.clear();
  }

  /** Forgets maps without followers, beginning with those that have not been asked for the longest. */
  #forgetUnused(): void {
    const now = performance.now();
    const unused = [...this.#maps.values()]
      .filter(
        ({ followers, newFollowers, reading }) =>
          followers.size + newFollowers.size === 0 && reading === undefined,
      )
      .toSorted((one, other) => other.usedAt - one.usedAt);
    let seats = 0;
    for (const { schedule, states, usedAt } of unused) {
      seats += states?.size ?? 0;
      if (now - usedAt > keptMs || seats > mostSeatsKept) this.#maps.delete(schedule.id);
    }
  }
}

export type { SeatMaps };
