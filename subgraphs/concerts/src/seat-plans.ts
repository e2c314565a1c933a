import { LRUCache } from 'lru-cache';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { seatsIn } from './domain/concert.ts';
import { SeatPlan } from './seat-plan.ts';
import type { SectionsInOrder } from './seat-plan.ts';
import { findSeatsByRank, findTouchedSeats } from './storage/seats.ts';
import type { SeatState } from './storage/seats.ts';
import { findChanges } from './storage/section-counts.ts';

/** How many rows are read at a time. Reading them keeps the process busy for a few ms. */
const rowsAtATime = 4_000;
/** How many seats all stored plans may have together. */
const mostSeats = 500_000;
/**
 * After this many ms a plan is read again even if nothing seems to have changed, because replicas of an older release, and
 * operators' own SQL, do not count changes.
 */
const longestMs = 30_000;
/** The next read of a schedule begins after this many times as long as the last one took. Sales go on meanwhile. */
const restFactor = 2;

interface Known {
  readonly plan: SeatPlan;
  /** In ms of `performance.now()`. */
  readonly readAt: number;
  readonly restUntil: number;
  /** How many seats had ever changed. */
  readonly touched: number;
}

interface Reading {
  readonly plan: Promise<SeatPlan>;
  /** The next read, for those who have asked since this one began: it may not contain what they have seen already. */
  next: Promise<SeatPlan> | undefined;
}

/**
 * The seats of whole schedules, read once for all who ask at the same time. The answer is never older than the question. All
 * reads together use one connection to the database, so that holds find one however many maps are asked for.
 */
export class SeatPlans {
  readonly #manager: EntityManager;
  readonly #known = new LRUCache<string, Known>({
    maxSize: mostSeats,
    sizeCalculation: ({ plan }) => plan.size,
  });
  readonly #readings = new Map<string, Reading>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** @param sections all sections of the schedule, in order; not empty */
  read(scheduleId: string, sections: SectionsInOrder): Promise<SeatPlan> {
    const reading = this.#readings.get(scheduleId);
    if (reading === undefined) return this.#begin(scheduleId, sections);
    const begin = () => this.#begin(scheduleId, sections);
    reading.next ??= reading.plan.then(begin, begin);
    return reading.next;
  }

  #begin(scheduleId: string, sections: SectionsInOrder): Promise<SeatPlan> {
    const reading: Reading = { plan: this.#read(scheduleId, sections), next: undefined };
    this.#readings.set(scheduleId, reading);
    const end = () => {
      if (reading.next === undefined) this.#readings.delete(scheduleId);
    };
    reading.plan.then(end, end);
    return reading.plan;
  }

  async #read(scheduleId: string, sections: SectionsInOrder): Promise<SeatPlan> {
    const known = this.#known.get(scheduleId);
    if (known !== undefined) {
      const isFresh = performance.now() - known.readAt < longestMs;
      if (isFresh && (await this.#changes(scheduleId)) === known.plan.changes) return known.plan;
      await pause(Math.max(0, known.restUntil - performance.now()));
    }
    const readAt = performance.now();
    // The changes are counted before the seats are read, so that later changes are read again the next time.
    const changes = await this.#changes(scheduleId);
    const plan =
      known === undefined
        ? await this.#first(scheduleId, sections, changes)
        : known.plan.later(changes, await this.#touched(scheduleId, known));
    const restUntil = readAt + (1 + restFactor) * (performance.now() - readAt);
    this.#known.set(scheduleId, { plan, readAt, restUntil, touched: plan.touched });
    return plan;
  }

  #changes(scheduleId: string): Promise<number> {
    return this.#inTurn(() => findChanges(this.#manager, scheduleId));
  }

  async #first(scheduleId: string, sections: SectionsInOrder, changes: number): Promise<SeatPlan> {
    const size = sections.reduce((sum, section) => sum + seatsIn(section), 0);
    const ids = new Array<string>(size).fill('');
    const states: SeatState[] = [];
    for (let rank = 0; rank < size; rank += rowsAtATime) {
      const last = rank + rowsAtATime - 1;
      const rows = await this.#inTurn(() => findSeatsByRank(this.#manager, scheduleId, rank, last));
      for (const row of rows) {
        ids[row.rank] = row.id;
        if (row.version > 0) states.push(row);
      }
    }
    return new SeatPlan(sections, ids, changes, states);
  }

  async #touched(scheduleId: string, { plan: { size }, touched }: Known): Promise<SeatState[]> {
    // If little has happened, all changes are read at once.
    const step = touched < rowsAtATime / 2 ? size : rowsAtATime;
    const states: SeatState[] = [];
    for (let rank = 0; rank < size; rank += step) {
      const last = rank + step - 1;
      const rows = await this.#inTurn(() => findTouchedSeats(this.#manager, scheduleId, rank, last));
      for (const row of rows) states.push(row);
    }
    return states;
  }

  /** Runs one statement after the other. Those of several schedules take turns. */
  #inTurn<Result>(ask: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(ask);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
