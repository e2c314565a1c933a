import type { HallQuery, SeatChangesSubscription } from '../api/operations.generated.ts';
import { idOf, seatOf } from './layout.ts';
import type { Layout } from './layout.ts';

type SeatMap = Pick<NonNullable<HallQuery['schedule']>['seatMap'], 'states' | 'version'>;
type Change = SeatChangesSubscription['seatsChanged']['seatMap'];

export const AVAILABLE = 0;
export const KEPT_BACK = 3;
/** Any status besides the one that can be chosen. A page need not know which, because the seat cannot be had. */
const TAKEN = 1;

/**
 * The seats of one date, as far as this page knows. They are kept outside Apollo's cache, because a hall has up to 100,000 of
 * them; components that show them subscribe.
 */
export class Seats {
  readonly layout: Layout;
  /** The status of the seats that can be chosen. */
  readonly wanted: number;
  /** By place in the layout. What can be chosen is AVAILABLE, and anything else counts as taken. */
  readonly states: Uint8Array;
  #version: number;
  readonly #listeners = new Set<(seats: readonly number[] | undefined) => void>();
  #revision = 0;

  /** @param wanted AVAILABLE for fans; KEPT_BACK for operators who give seats free */
  constructor(layout: Layout, { states, version }: SeatMap, wanted: number = AVAILABLE) {
    this.wanted = wanted;
    this.layout = layout;
    this.states = new Uint8Array(layout.size);
    this.#version = version;
    this.#unpack(states);
  }

  /** The version of the map that is known, from which followers continue. */
  get version(): number {
    return this.#version;
  }

  /** Applies changes that are newer than what is known. */
  apply({ version, states, changes }: Change): void {
    if (version < this.#version) return;
    this.#version = version;
    if (states === null) for (const change of changes) this.states[change >> 2] = this.#shown(change & 3);
    else this.#unpack(states);
    if (states !== null || changes.length > 0)
      this.#tell(states === null ? changes.map((change) => change >> 2) : undefined);
  }

  /** Marks seats as taken of which only that is known. The next change of such a seat counts, whatever its version. */
  take(ids: readonly string[]): void {
    const seats = ids.map((id) => seatOf(this.layout, id)).filter((seat) => seat !== undefined);
    for (const seat of seats) this.states[seat] = TAKEN;
    this.#tell(seats);
  }

  seatOf = (id: string): number | undefined => seatOf(this.layout, id);
  idOf = (seat: number): string => idOf(this.layout, seat) ?? '';
  isAvailable = (seat: number): boolean => this.states[seat] === AVAILABLE;

  countAvailable({ first, size }: { first: number; size: number }): number {
    let available = 0;
    for (let seat = first; seat < first + size; seat++) if (this.states[seat] === AVAILABLE) available++;
    return available;
  }

  /** @param listener gets the seats that have changed; undefined if any may have */
  subscribe = (listener: (seats: readonly number[] | undefined) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Grows with each change. */
  revision = (): number => this.#revision;

  #unpack(base64: string): void {
    const packed = atob(base64);
    for (let seat = 0; seat < this.states.length; seat++)
      this.states[seat] = this.#shown((packed.charCodeAt(seat >> 2) >> (2 * (seat & 3))) & 3);
  }

  #shown(state: number): number {
    if (this.wanted === AVAILABLE) return state;
    return state === this.wanted ? AVAILABLE : TAKEN;
  }

  #tell(seats: readonly number[] | undefined): void {
    this.#revision++;
    for (const listener of this.#listeners) listener(seats);
  }
}
