import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import { seatsIn } from './domain/concert.ts';
import { layoutDocument, storedLayout } from './layout-document.ts';
import type { SectionsInOrder } from './seat-plan.ts';
import { findLayoutName, insertLayout, readLayout } from './storage/layouts.ts';
import type { LayoutEncoding } from './storage/layouts.ts';
import { findSectionsOf } from './storage/schedules.ts';
import { findSeatsByRank } from './storage/seats.ts';

/** How many rows are read at a time. Reading them keeps the process busy for a few ms. */
const rowsAtATime = 4_000;
const mostNames = 5_000;

/**
 * The layouts of halls. Each is made once for its schedule, when the schedule is added or when somebody first asks for it. It is
 * stored in the database, so all replicas have the same one. The largest hall takes half a second; only one layout is made at a
 * time.
 */
export class Layouts {
  readonly #manager: EntityManager;
  /** The name of each schedule's layout. A schedule keeps its layout. */
  readonly #names = new LRUCache<string, Promise<string>>({ max: mostNames });
  #turn: Promise<unknown> = Promise.resolve();

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /**
   * The name of the schedule's layout.
   * @param sections all sections of the schedule, in order
   */
  nameOf(scheduleId: string, sections: SectionsInOrder): Promise<string> {
    const known = this.#names.get(scheduleId);
    if (known !== undefined) return known;
    const name = this.#findOrMake(scheduleId, sections);
    this.#names.set(scheduleId, name);
    name.catch(() => {
      if (this.#names.peek(scheduleId) === name) this.#names.delete(scheduleId);
    });
    return name;
  }

  /** Makes the layout of a new schedule, so that no fan waits for it. If this fails, the first request makes it. */
  async prepare(scheduleId: string): Promise<void> {
    try {
      await this.nameOf(scheduleId, await findSectionsOf(this.#manager, [scheduleId]));
    } catch {
      // The schedule exists all the same, and the operator is told so.
    }
  }

  /** @returns null if there is no layout of this name */
  read(name: string, encoding: LayoutEncoding): Promise<Buffer | null> {
    return readLayout(this.#manager, name, encoding);
  }

  async #findOrMake(scheduleId: string, sections: SectionsInOrder): Promise<string> {
    const found = await findLayoutName(this.#manager, scheduleId);
    if (found !== undefined) return found;
    const made = this.#turn.then(() => this.#make(scheduleId, sections));
    this.#turn = made.catch(() => undefined);
    return made;
  }

  async #make(scheduleId: string, sections: SectionsInOrder): Promise<string> {
    const size = sections.reduce((sum, section) => sum + seatsIn(section), 0);
    const ids = new Array<string>(size).fill('');
    for (let rank = 0; rank < size; rank += rowsAtATime) {
      const rows = await findSeatsByRank(this.#manager, scheduleId, rank, rank + rowsAtATime - 1);
      for (const row of rows) ids[row.rank] = row.id;
    }
    const layout = await storedLayout(await layoutDocument(sections, ids));
    return insertLayout(this.#manager, scheduleId, layout);
  }
}
