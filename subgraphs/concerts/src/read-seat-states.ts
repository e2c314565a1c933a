import type { EntityManager } from 'typeorm';
import { seatsIn } from './domain/concert.ts';
import { SeatStates } from './seat-states.ts';
import type { SeatNow } from './seat-states.ts';
import { findSectionsOf } from './storage/schedules.ts';
import { findSeatStates, findTouchedSeats } from './storage/seats.ts';
import { findChanges } from './storage/section-counts.ts';

/** How many rows are read at a time: to take them in keeps the process for a few ms. */
const rowsAtATime = 4_000;
const idsAtATime = 1_000;

/** Reads a whole map in one snapshot of the database. */
export const readSeatStates = (manager: EntityManager, scheduleId: string): Promise<SeatStates> =>
  manager.transaction('REPEATABLE READ', async (tx) => {
    const version = await findChanges(tx, scheduleId);
    const sections = await findSectionsOf(tx, [scheduleId]);
    const size = sections.reduce((sum, section) => sum + seatsIn(section), 0);
    const touched: SeatNow[] = [];
    for (let rank = 0; rank < size; rank += rowsAtATime) {
      for (const seat of await findTouchedSeats(tx, scheduleId, rank, rank + rowsAtATime - 1))
        touched.push(seat);
    }
    return SeatStates.of(sections, version, touched);
  });

/**
 * A look, in one snapshot, at seats that something has happened to. A map that was exact stays so when the seats that are read account
 * for all changes that the snapshot has: it grew by as many as there are.
 */
export class SeatLook {
  readonly states: SeatStates;
  readonly changed: SeatNow[] = [];
  /** Those that were looked at. */
  readonly ids = new Set<string>();
  isComplete = false;
  readonly #scheduleId: string;
  readonly #heard: ReadonlySet<string>;
  #version: number | undefined;

  /** @param heard the seats of which something was heard before the snapshot */
  constructor(states: SeatStates, scheduleId: string, heard: ReadonlySet<string>) {
    this.states = states;
    this.#scheduleId = scheduleId;
    this.#heard = heard;
    for (const id of heard) this.ids.add(id);
  }

  /** Of the map with these changes. */
  get version(): number {
    return this.#version ?? this.states.version;
  }

  /**
   * Reads what has not been read yet.
   * @param late the seats of which something was heard since: it may have happened before the snapshot, or after it
   * @returns whether that is all
   */
  async read(tx: EntityManager, late: ReadonlySet<string>): Promise<boolean> {
    const isFirst = this.#version === undefined;
    this.#version ??= await findChanges(tx, this.#scheduleId);
    const unread = isFirst ? [...this.#heard] : [...late].filter((id) => !this.ids.has(id));
    for (const id of unread) this.ids.add(id);
    for (let start = 0; start < unread.length; start += idsAtATime) {
      const rows = await findSeatStates(tx, this.#scheduleId, unread.slice(start, start + idsAtATime));
      for (const seat of rows) if (!this.states.isKnown(seat)) this.changed.push(seat);
    }
    this.isComplete = this.states.growth(this.changed) === this.version - this.states.version;
    return this.isComplete;
  }
}
