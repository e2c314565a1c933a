import type { HallQuery, SeatChangesSubscription } from '../api/operations.generated.ts';
import { indexOf, layOut } from './layout.ts';
import type { Layout } from './layout.ts';

type Schedule = NonNullable<HallQuery['schedule']>;
type Change = SeatChangesSubscription['seatsChanged']['seats'][number];

export const AVAILABLE = 0;
export const TAKEN = 1;

/**
 * The seats of one date, as far as this page knows. They are kept in columns and outside of Apollo's cache, because a hall has up
 * to 100,000 of them; whoever shows them subscribes.
 */
export class Seats {
  readonly layout: Layout;
  /** AVAILABLE or TAKEN, by index. */
  readonly states: Uint8Array;
  readonly ids: string[];
  readonly #versions: Int32Array;
  readonly #indexes = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #revision = 0;

  constructor(schedule: Schedule) {
    this.layout = layOut(schedule.sections);
    this.states = new Uint8Array(this.layout.size).fill(TAKEN);
    this.ids = Array.from({ length: this.layout.size }, () => '');
    this.#versions = new Int32Array(this.layout.size).fill(-1);
    for (const seat of schedule.seats) {
      const index = indexOf(this.layout, seat.section, seat.row, seat.number);
      if (index === undefined) continue;
      this.ids[index] = seat.id;
      this.#indexes.set(seat.id, index);
    }
    this.apply(schedule.seats);
  }

  /** Takes over what is newer than what is known. */
  apply(changes: readonly Change[]): void {
    for (const { id, status, version } of changes) {
      const index = this.#indexes.get(id);
      if (index === undefined || version < (this.#versions[index] as number)) continue;
      this.#versions[index] = version;
      this.states[index] = status === 'AVAILABLE' ? AVAILABLE : TAKEN;
    }
    this.#tell();
  }

  /** Marks seats as gone of which only that is known. The next news of them counts, whatever it says. */
  take(ids: readonly string[]): void {
    for (const id of ids) {
      const index = this.#indexes.get(id);
      if (index !== undefined) this.states[index] = TAKEN;
    }
    this.#tell();
  }

  indexOfId = (id: string): number | undefined => this.#indexes.get(id);

  isAvailable = (index: number): boolean => this.states[index] === AVAILABLE;

  /** How many of the seats from `first` on are available. */
  countAvailable(first: number, count: number): number {
    let available = 0;
    for (let index = first; index < first + count; index++) if (this.states[index] === AVAILABLE) available++;
    return available;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Grows with each change. */
  revision = (): number => this.#revision;

  #tell(): void {
    this.#revision++;
    for (const listener of this.#listeners) listener();
  }
}
