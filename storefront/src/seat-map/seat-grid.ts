import type { Layout } from './layout.ts';

/** The side of a cell, in seats. */
const cellSeats = 4;

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Finds seats by place, with a grid whose cells have a few seats each, so that neither a tap nor a close view searches the whole
 * hall.
 */
export class SeatGrid {
  readonly #layout: Layout;
  readonly #cell: number;
  readonly #columns: number;
  readonly #rows: number;
  /** The seats of cell n are in `#seats`, from `#starts[n]` to `#starts[n + 1]`. */
  readonly #starts: Int32Array;
  readonly #seats: Int32Array;

  constructor(layout: Layout) {
    this.#layout = layout;
    const { width, height } = layout.bounds;
    this.#cell = cellSeats * layout.seatSize;
    this.#columns = Math.max(1, Math.ceil(width / this.#cell));
    this.#rows = Math.max(1, Math.ceil(height / this.#cell));
    this.#starts = new Int32Array(this.#columns * this.#rows + 1);
    this.#seats = new Int32Array(layout.size);
    // Each seat's cell is computed once, and both passes use arrays only, because the picture of the hall waits for this.
    const [starts, seats, cells] = [this.#starts, this.#seats, new Int32Array(layout.size)];
    // Places of standing areas are left out, because an area is drawn and tapped as a whole.
    const runs = layout.sections.filter(({ area }) => area === undefined);
    for (const { first, size } of runs)
      for (let seat = first; seat < first + size; seat++) {
        const cell =
          this.#rowAt(layout.y[seat] as number) * this.#columns + this.#columnAt(layout.x[seat] as number);
        cells[seat] = cell;
        starts[cell + 1] = (starts[cell + 1] as number) + 1;
      }
    for (let n = 1; n < starts.length; n++) starts[n] = (starts[n] as number) + (starts[n - 1] as number);
    const next = starts.slice();
    for (const { first, size } of runs)
      for (let seat = first; seat < first + size; seat++) {
        const cell = cells[seat] as number;
        seats[next[cell] as number] = seat;
        next[cell] = (next[cell] as number) + 1;
      }
  }

  /** The seat at this place, or the nearest one within the distance by which a finger may miss. */
  seatAt(x: number, y: number): number | undefined {
    const reach = 0.75 * this.#layout.seatSize;
    let nearest: { seat: number; distance: number } | undefined;
    this.forEach({ left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }, (seat) => {
      const distance = Math.hypot((this.#layout.x[seat] as number) - x, (this.#layout.y[seat] as number) - y);
      if (distance <= reach && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
        nearest = { seat, distance };
    });
    return nearest?.seat;
  }

  /** Visits the seats of all cells that the area touches. */
  forEach(area: Area, visit: (seat: number) => void): void {
    const [fromColumn, toColumn] = [this.#columnAt(area.left), this.#columnAt(area.right)];
    for (let row = this.#rowAt(area.top); row <= this.#rowAt(area.bottom); row++) {
      const start = this.#starts[row * this.#columns + fromColumn] as number;
      const end = this.#starts[row * this.#columns + toColumn + 1] as number;
      for (let at = start; at < end; at++) visit(this.#seats[at] as number);
    }
  }

  #columnAt(x: number): number {
    return within((x - this.#layout.bounds.x) / this.#cell, this.#columns);
  }

  #rowAt(y: number): number {
    return within((y - this.#layout.bounds.y) / this.#cell, this.#rows);
  }
}

const within = (value: number, count: number) => Math.min(Math.max(Math.floor(value), 0), count - 1);
