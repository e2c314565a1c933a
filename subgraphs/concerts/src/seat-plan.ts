import { seatsIn } from './domain/concert.ts';
import type { Section } from './domain/concert.ts';
import { placeIn } from './domain/seat.ts';
import type { Seat, SeatFilter, SeatStatus } from './domain/seat.ts';
import type { SeatState } from './storage/seats.ts';

const statuses: readonly SeatStatus[] = ['AVAILABLE', 'HELD', 'SOLD', 'KEPT_BACK'];

export type SectionsInOrder = readonly Section[];

/** The sections that a filter names. */
export const sectionsNamed = (sections: SectionsInOrder, { section }: Pick<SeatFilter, 'section'>) =>
  section === undefined ? sections : sections.filter(({ name }) => name === section);

/**
 * All seats of a schedule at one moment. It never changes. 100,000 seats take 0.5 MB, besides their ids, which all plans of a
 * schedule share.
 */
export class SeatPlan {
  readonly sections: SectionsInOrder;
  /** The number of changes, as `findChanges` counts them, that the plan contains at least. */
  readonly changes: number;
  /** How many seats have ever changed. */
  readonly touched: number;
  /** By rank. */
  readonly #ids: readonly string[];
  readonly #statuses: Uint8Array;
  readonly #versions: Uint32Array;

  /** @param states the states of all seats that have ever changed; the others are AVAILABLE, at version 0 */
  constructor(
    sections: SectionsInOrder,
    ids: readonly string[],
    changes: number,
    states: readonly SeatState[],
  ) {
    this.sections = sections;
    this.changes = changes;
    this.touched = states.length;
    this.#ids = ids;
    this.#statuses = new Uint8Array(ids.length);
    this.#versions = new Uint32Array(ids.length);
    for (const { rank, status, version } of states) {
      this.#statuses[rank] = statuses.indexOf(status);
      this.#versions[rank] = version;
    }
  }

  get size(): number {
    return this.#ids.length;
  }

  /** The same seats at a later moment. */
  later(changes: number, states: readonly SeatState[]): SeatPlan {
    return new SeatPlan(this.sections, this.#ids, changes, states);
  }

  count(filter: SeatFilter): number {
    const wanted = filter.status === undefined ? undefined : statuses.indexOf(filter.status);
    let count = 0;
    for (const section of sectionsNamed(this.sections, filter)) {
      const end = section.firstRank + seatsIn(section);
      if (wanted === undefined) count += seatsIn(section);
      else
        for (let rank = section.firstRank; rank < end; rank++) if (this.#statuses[rank] === wanted) count++;
    }
    return count;
  }

  /** The seats by rank. Each is made when the caller asks for it. */
  *seats(filter: SeatFilter): Generator<Seat, void, undefined> {
    for (const section of sectionsNamed(this.sections, filter)) {
      for (let place = 0; place < seatsIn(section); place++) {
        const rank = section.firstRank + place;
        const status = statuses[this.#statuses[rank] ?? 0] as SeatStatus;
        if (filter.status !== undefined && status !== filter.status) continue;
        yield {
          id: this.#ids[rank] as string,
          sectionId: section.id,
          section: section.name,
          ...placeIn(section, place),
          price: section.price,
          status,
          // Nobody is shown whose seat it is.
          reservationId: null,
          version: this.#versions[rank] as number,
        };
      }
    }
  }
}
