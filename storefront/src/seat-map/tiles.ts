import type { Layout } from './layout.ts';
import type { SeatGrid } from './seat-grid.ts';
import { SeatSprite, seatShape } from './seat-sprite.ts';

/** The side of a tile, in pixels. Making one takes about a ms, for which a frame has time. */
const side = 256;
/** The factor from one level of detail to the next. At other scales, tiles are stretched by at most half of it. */
const levelFactor = Math.SQRT2;
/** How many tiles are kept, each of which takes a quarter of a MB. */
const mostTiles = 192;

interface Tile {
  readonly canvas: HTMLCanvasElement;
  /** Whether seats in it have changed since it was made. */
  isStale: boolean;
}

/** The visible part of the hall in device pixels, `scale` for each cm, with the corner of the hall's bounds at `x`, `y`. */
export interface Window {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The seats of a hall as bitmaps at several levels of detail, made when they are first shown. Moving and zooming then costs only
 * a few copies of images for each frame, however many seats there are.
 */
export class Tiles {
  readonly #layout: Layout;
  readonly #grid: SeatGrid;
  /** Device pixels for each cm at level 0, which shows the whole hall. */
  readonly #base: number;
  readonly #colourOf: (seat: number) => number;
  /** In the order in which they were last shown. */
  readonly #tiles = new Map<string, Tile>();
  readonly #sprites = new Map<number, SeatSprite>();
  readonly #image = new ImageData(side, side);
  readonly #pixels = new Uint32Array(this.#image.data.buffer);
  /** The last level at which everything was there. */
  #complete = 0;

  /** @param colourOf returns three bytes, red the lowest */
  constructor(layout: Layout, grid: SeatGrid, base: number, colourOf: (seat: number) => number) {
    this.#layout = layout;
    this.#grid = grid;
    this.#base = base;
    this.#colourOf = colourOf;
  }

  /**
   * Shows the hall, and makes tiles until the deadline. Where tiles are still missing, those of another level are shown.
   * @param deadline in ms of performance.now(); one tile is made in any case
   * @returns whether all tiles of the level are there now
   */
  draw(context: CanvasRenderingContext2D, window: Window, deadline: number): boolean {
    const level = Math.max(0, Math.round(Math.log(window.scale / this.#base) / Math.log(levelFactor)));
    const wanted = this.#visible(level, window);
    let isComplete = true;
    for (const [at, { key }] of wanted.entries()) {
      const tile = this.#tiles.get(key);
      if (tile?.isStale === false) continue;
      // The first time, the whole hall is shown at once.
      if (at > 0 && level > 0 && performance.now() > deadline) isComplete = false;
      else this.#make(key);
    }
    const missing = wanted.filter(({ key }) => !this.#tiles.has(key));
    if (missing.length > 0) this.#standIn(context, window, missing);
    for (const place of wanted) this.#show(context, place);
    if (isComplete) this.#complete = level;
    this.#forgetOldest();
    return isComplete;
  }

  /** @param seats whose colour has changed; undefined if all may have */
  change(seats: readonly number[] | undefined): void {
    if (seats === undefined || seats.length > this.#layout.size / 8) {
      for (const tile of this.#tiles.values()) tile.isStale = true;
      return;
    }
    const levels = new Set([...this.#tiles.keys()].map(levelOf));
    for (const level of levels) {
      const scale = this.#scaleOf(level);
      const reach = (this.#layout.seatSize * scale) / 2;
      for (const seat of seats) {
        const x = ((this.#layout.x[seat] as number) - this.#layout.bounds.x) * scale;
        const y = ((this.#layout.y[seat] as number) - this.#layout.bounds.y) * scale;
        for (const column of new Set([x - reach, x + reach].map((at) => Math.floor(at / side))))
          for (const row of new Set([y - reach, y + reach].map((at) => Math.floor(at / side)))) {
            const tile = this.#tiles.get(keyOf(level, column, row));
            if (tile !== undefined) tile.isStale = true;
          }
      }
    }
  }

  /** The visible tiles of a level, with their places in whole pixels, so that there are no visible seams between them. */
  #visible(level: number, { scale, x, y, width, height }: Window): Place[] {
    const own = this.#scaleOf(level);
    const length = (side * scale) / own;
    const { bounds } = this.#layout;
    const last = (extent: number) => Math.floor((extent * own) / side);
    const places: Place[] = [];
    const [fromRow, toRow] = span(y, height, length, last(bounds.height));
    const [fromColumn, toColumn] = span(x, width, length, last(bounds.width));
    for (let row = fromRow; row <= toRow; row++)
      for (let column = fromColumn; column <= toColumn; column++) {
        const [left, top] = [Math.round(x + column * length), Math.round(y + row * length)];
        places.push({
          key: keyOf(level, column, row),
          ...{ left, top },
          width: Math.round(x + (column + 1) * length) - left,
          height: Math.round(y + (row + 1) * length) - top,
        });
      }
    return places;
  }

  /** Shows tiles of other levels where some are missing. */
  #standIn(context: CanvasRenderingContext2D, window: Window, missing: readonly Place[]): void {
    context.save();
    context.beginPath();
    for (const { left, top, width, height } of missing) context.rect(left, top, width, height);
    context.clip();
    const level = this.#complete;
    const coarse = this.#visible(level, window);
    const hasAll = coarse.every(({ key }) => this.#tiles.has(key));
    if (!hasAll) for (const place of this.#visible(0, window)) this.#show(context, place);
    else for (const place of coarse) this.#show(context, place);
    context.restore();
  }

  #show(context: CanvasRenderingContext2D, { key, left, top, width, height }: Place): void {
    const tile = this.#tiles.get(key);
    if (tile === undefined) return;
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
    context.drawImage(tile.canvas, left, top, width, height);
  }

  #make(key: string): void {
    const [level, column, row] = key.split('/').map(Number) as [number, number, number];
    const scale = this.#scaleOf(level);
    const sprite = this.#spriteOf(level);
    this.#pixels.fill(0);
    const { x, y } = this.#layout.bounds;
    const reach = this.#layout.seatSize / 2;
    const area = {
      left: x + (column * side) / scale - reach,
      right: x + ((column + 1) * side) / scale + reach,
      top: y + (row * side) / scale - reach,
      bottom: y + ((row + 1) * side) / scale + reach,
    };
    const [pixels, across, down] = [this.#pixels, this.#layout.x, this.#layout.y];
    const [left, top] = [x * scale + column * side, y * scale + row * side];
    this.#grid.forEach(area, (seat) =>
      sprite.set(
        pixels,
        side,
        (across[seat] as number) * scale - left,
        (down[seat] as number) * scale - top,
        this.#colourOf(seat),
      ),
    );
    const tile = this.#tiles.get(key) ?? { canvas: newCanvas(), isStale: false };
    tile.isStale = false;
    tile.canvas.getContext('2d')?.putImageData(this.#image, 0, 0);
    this.#tiles.set(key, tile);
  }

  #scaleOf(level: number): number {
    return this.#base * levelFactor ** level;
  }

  #spriteOf(level: number): SeatSprite {
    const sprite =
      this.#sprites.get(level) ??
      new SeatSprite(this.#layout.seatSize * seatShape.side * this.#scaleOf(level));
    this.#sprites.set(level, sprite);
    return sprite;
  }

  /** The tiles of the whole hall are kept, because they stand in for missing ones. */
  #forgetOldest(): void {
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= mostTiles) return;
      if (levelOf(key) !== 0) this.#tiles.delete(key);
    }
  }
}

interface Place {
  readonly key: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const keyOf = (level: number, column: number, row: number) => `${level}/${column}/${row}`;
const levelOf = (key: string) => Number.parseInt(key, 10);

/** The first and the last visible tile of a row. */
const span = (offset: number, extent: number, length: number, last: number) =>
  [
    Math.max(0, Math.floor(-offset / length)),
    Math.min(last, Math.floor((extent - offset) / length)),
  ] as const;

function newCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side];
  return canvas;
}
