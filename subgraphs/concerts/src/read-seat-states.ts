import type { EntityManager } from 'typeorm';
import { seatsIn } from './domain/concert.ts';
import { SeatStates } from './seat-states.ts';
import type { SeatNow } from './seat-states.ts';
import { findSectionsOf } from './storage/schedules.ts';
import { findSeatStates, findTouchedSeats } from './storage/seats.ts';
import { findChanges } from './storage/section-counts.ts';

/** How many rows are read at a time. Reading them keeps the process busy for a few ms. */
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
 * A look at changed seats, in one snapshot. If the map was exact before, it is exact again once the seats that were read account
 * for all changes in the snapshot, which the growth of the version counts.
 */
export class SeatLook {
  readonly states: SeatStates;
  readonly changed: SeatNow[] = [];
  /** The seats that were read. */
  readonly ids = new Set<string>();
  isComplete = false;
  readonly #scheduleId: string;
  readonly #heard: ReadonlySet<string>;
  #version: number | undefined;

  /** @param heard the seats whose changes were heard of before the snapshot */
  constructor(states: SeatStates, scheduleId: string, heard: ReadonlySet<string>) {
    this.states = states;
    this.#scheduleId = scheduleId;
    this.#heard = heard;
    for (const id of heard) this.ids.add(id);
  }

  /** The version of the map with these changes. */
  get version(): number {
    return this.#version ?? this.states.version;
  }

  /**
   * Reads the seats that have not been read yet.
   * @param late the seats whose changes were heard of since; they may have changed before the snapshot, or after it
   * @returns whether all changes of the snapshot have been read
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
