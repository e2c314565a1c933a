import type { Layout } from './layout.ts';

const cell = 4;

/** Which seats lie where: a grid of cells of a few seats, so that neither a tap nor a close view looks at a whole hall. */
export class SeatGrid {
  readonly #layout: Layout;
  readonly #columns: number;
  readonly #rows: number;
  /** The seats of cell n are `#seats` from `#starts[n]` to `#starts[n + 1]`. */
  readonly #starts: Int32Array;
  readonly #seats: Int32Array;

  constructor(layout: Layout) {
    this.#layout = layout;
    const { left, right, top, bottom } = layout.bounds;
    this.#columns = Math.ceil((right - left) / cell);
    this.#rows = Math.ceil((bottom - top) / cell);
    this.#starts = new Int32Array(this.#columns * this.#rows + 1);
    this.#seats = new Int32Array(layout.size);
    const cellOf = (index: number) => this.#cellAt(layout.x[index] as number, layout.y[index] as number);
    for (let index = 0; index < layout.size; index++) (this.#starts[cellOf(index) + 1] as number)++;
    for (let n = 1; n < this.#starts.length; n++)
      this.#starts[n] = (this.#starts[n] as number) + (this.#starts[n - 1] as number);
    const next = this.#starts.slice();
    for (let index = 0; index < layout.size; index++) {
      const at = cellOf(index);
      this.#seats[next[at] as number] = index;
      next[at] = (next[at] as number) + 1;
    }
  }

  /** The seat at this place of the layout, or the next one within `reach` of it. */
  seatAt(x: number, y: number, reach = 0.6): number | undefined {
    let nearest: { index: number; distance: number } | undefined;
    this.forEach({ left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }, (index) => {
      const distance = Math.hypot(
        (this.#layout.x[index] as number) - x,
        (this.#layout.y[index] as number) - y,
      );
      if (distance <= reach && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
        nearest = { index, distance };
    });
    return nearest?.index;
  }

  /** Visits the seats of all cells that the area touches. */
  forEach(area: Layout['bounds'], visit: (index: number) => void): void {
    const { left, top } = this.#layout.bounds;
    const clamp = (value: number, most: number) => Math.min(Math.max(Math.floor(value), 0), most - 1);
    const [fromColumn, toColumn] = [(area.left - left) / cell, (area.right - left) / cell];
    const [fromRow, toRow] = [(area.top - top) / cell, (area.bottom - top) / cell];
    for (let row = clamp(fromRow, this.#rows); row <= clamp(toRow, this.#rows); row++) {
      const first = row * this.#columns + clamp(fromColumn, this.#columns);
      const last = row * this.#columns + clamp(toColumn, this.#columns);
      const [start, end] = [this.#starts[first] as number, this.#starts[last + 1] as number];
      for (let at = start; at < end; at++) visit(this.#seats[at] as number);
    }
  }

  #cellAt(x: number, y: number): number {
    const { left, top } = this.#layout.bounds;
    return Math.floor((y - top) / cell) * this.#columns + Math.floor((x - left) / cell);
  }
}
