import { seatsIn } from './domain/concert.ts';
import type { Schedule, Section } from './domain/concert.ts';
import { placeIn } from './domain/seat.ts';
import type { Seat, SeatStatus } from './domain/seat.ts';
import type { SectionsInOrder } from './seat-plan.ts';
import type { SeatState } from './storage/seats.ts';

/** The state of a seat at the version of a map. */
export interface SeatNow extends SeatState {
  readonly id: string;
}

/** The number that stands for each status on the wire. */
export const statusCodes: Readonly<Record<SeatStatus, number>> = {
  AVAILABLE: 0,
  HELD: 1,
  SOLD: 2,
  KEPT_BACK: 3,
};
const statuses = Object.keys(statusCodes) as SeatStatus[];
const [bitsEach, seatsInAByte] = [2, 4];

/** The seat map of a schedule, as an answer shows it. */
export interface SeatMapNow {
  readonly schedule: Schedule;
  readonly sections: SectionsInOrder;
  /** Reads the states once, however many of the map's fields are asked for. */
  readonly states: () => Promise<SeatStates>;
}

/**
 * All seats of a schedule at one version of its seat map. It never changes. 100,000 seats take 0.5 MB, besides the ids of changed
 * seats, which all versions share.
 */
export class SeatStates {
  readonly sections: SectionsInOrder;
  /** See `findChanges`. */
  readonly version: number;
  readonly #ids: string[];
  readonly #statuses: Uint8Array;
  readonly #versions: Uint32Array;
  #base64: string | undefined;
  #taken: readonly Seat[] | undefined;

  private constructor(
    sections: SectionsInOrder,
    version: number,
    known: { ids: string[]; statuses: Uint8Array; versions: Uint32Array },
    changed: readonly SeatNow[],
  ) {
    this.sections = sections;
    this.version = version;
    this.#ids = known.ids;
    this.#statuses = known.statuses;
    this.#versions = known.versions;
    for (const seat of changed) {
      this.#ids[seat.rank] = seat.id;
      this.#statuses[seat.rank] = statusCodes[seat.status];
      this.#versions[seat.rank] = seat.version;
    }
  }

  /** @param touched all seats that have ever changed; the others are AVAILABLE, at version 0 */
  static of(sections: SectionsInOrder, version: number, touched: readonly SeatNow[]): SeatStates {
    const size = sections.reduce((sum, section) => sum + seatsIn(section), 0);
    const nothing = {
      ids: new Array<string>(size),
      statuses: new Uint8Array(size),
      versions: new Uint32Array(size),
    };
    return new SeatStates(sections, version, nothing, touched);
  }

  get size(): number {
    return this.#statuses.length;
  }

  /** The map at another version, which differs from this one in these seats only. */
  after(version: number, changed: readonly SeatNow[]): SeatStates {
    const known = { ids: this.#ids, statuses: this.#statuses.slice(), versions: this.#versions.slice() };
    return new SeatStates(this.sections, version, known, changed);
  }

  isKnown({ rank, version }: SeatNow): boolean {
    return this.#versions[rank] === version;
  }

  /** How many changes lead from this map to these states of the seats. */
  growth(changed: readonly SeatNow[]): number {
    return changed.reduce((sum, { rank, version }) => sum + version - (this.#versions[rank] ?? 0), 0);
  }

  /** The seats that were different in an earlier map. */
  differencesTo(earlier: SeatStates): SeatNow[] {
    const changed: SeatNow[] = [];
    for (let rank = 0; rank < this.size; rank++) {
      if (this.#versions[rank] !== earlier.#versions[rank]) changed.push(this.#at(rank));
    }
    return changed;
  }

  /**
   * Two bits for each seat, by rank, beginning with the lowest bits of the first byte: see `statusCodes`. It is made once for all
   * who ask.
   */
  get base64(): string {
    if (this.#base64 !== undefined) return this.#base64;
    const codes = this.#statuses;
    const packed = Buffer.alloc(Math.ceil(codes.length / seatsInAByte));
    for (let at = 0, rank = 0; at < packed.length; at++) {
      let byte = 0;
      for (let bit = 0; bit < seatsInAByte * bitsEach; bit += bitsEach) byte |= (codes[rank++] ?? 0) << bit;
      packed[at] = byte;
    }
    return (this.#base64 = packed.toString('base64'));
  }

  /** All seats that are not AVAILABLE, by rank. The list is made once for all who ask. */
  get taken(): readonly Seat[] {
    if (this.#taken !== undefined) return this.#taken;
    const taken: SeatNow[] = [];
    for (let rank = 0; rank < this.size; rank++) if (this.#statuses[rank] !== 0) taken.push(this.#at(rank));
    return (this.#taken = this.seats(taken));
  }

  /** The seats as the API shows them. */
  seats(some: readonly SeatNow[]): Seat[] {
    return some.map(({ id, rank, status, version }) => {
      const section = this.#sectionOf(rank);
      return {
        ...{ id, sectionId: section.id, section: section.name },
        ...placeIn(section, rank - section.firstRank),
        ...{ price: section.price, status, version },
        // Nobody is shown whose seat it is.
        reservationId: null,
      };
    });
  }

  #at(rank: number): SeatNow {
    const status = statuses[this.#statuses[rank] ?? 0] as SeatStatus;
    return { id: this.#ids[rank] ?? '', rank, status, version: this.#versions[rank] ?? 0 };
  }

  #sectionOf(rank: number): Section {
    let [first, last] = [0, this.sections.length - 1];
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if ((this.sections[middle] as Section).firstRank <= rank) first = middle;
      else last = middle - 1;
    }
    return this.sections[first] as Section;
  }
}
