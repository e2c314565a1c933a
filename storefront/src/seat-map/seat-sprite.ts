/** A seat is a rounded square within its circle of the layout. Both numbers are shares of the circle's diameter. */
export const seatShape = { side: 0.86, corner: 0.35 };

/** The number of positions within a pixel, in each direction, at which seats are drawn. They make curved rows look smooth. */
const steps = 4;
/** In device pixels. Smaller seats have no corners; they only cover each pixel to some degree. */
const cornersFrom = 4;

/** How much of each pixel a seat covers, from 0 to 255, for each position of its middle within a pixel. */
export class SeatSprite {
  /** The number of pixels on each side. */
  readonly size: number;
  readonly #side: number;
  readonly #masks: Uint8Array[];

  /** @param side of the seat, in device pixels */
  constructor(side: number) {
    this.#side = side;
    this.size = Math.ceil(side) + 1;
    this.#masks = Array.from({ length: steps * steps }, (_, at) =>
      this.#mask((at % steps) / steps, Math.floor(at / steps) / steps),
    );
  }

  /**
   * Draws a seat into the pixels of an image. If two seats share a pixel, it gets the colour of the one that covers more of it.
   * @param x the seat's middle, in pixels of the image; it may be outside the image
   * @param colour as three bytes, red the lowest
   */
  set(pixels: Uint32Array, width: number, x: number, y: number, colour: number): void {
    const [left, top] = [x - this.#side / 2, y - this.#side / 2];
    const [column, row] = [Math.floor(left), Math.floor(top)];
    const mask = this.#masks[
      Math.floor((top - row) * steps) * steps + Math.floor((left - column) * steps)
    ] as Uint8Array;
    const height = pixels.length / width;
    const [fromX, toX] = [Math.max(0, -column), Math.min(this.size, width - column)];
    const [fromY, toY] = [Math.max(0, -row), Math.min(this.size, height - row)];
    for (let down = fromY; down < toY; down++) {
      let at = (row + down) * width + column + fromX;
      for (let across = fromX; across < toX; across++, at++) {
        const cover = mask[down * this.size + across] as number;
        if (cover === 0) continue;
        const there = (pixels[at] as number) >>> 24;
        const rgb = cover >= there ? colour : (pixels[at] as number) & 0xffffff;
        pixels[at] = (Math.min(255, there + cover) << 24) | rgb;
      }
    }
  }

  #mask(offsetX: number, offsetY: number): Uint8Array {
    const mask = new Uint8Array(this.size * this.size);
    for (let row = 0; row < this.size; row++)
      for (let column = 0; column < this.size; column++) {
        const cover =
          this.#side < cornersFrom
            ? overlap(column, offsetX, this.#side) * overlap(row, offsetY, this.#side)
            : this.#coverage(column + 0.5 - offsetX, row + 0.5 - offsetY);
        mask[row * this.size + column] = Math.round(255 * cover);
      }
    return mask;
  }

  /** Computed from how far the pixel's middle is inside the rounded square (https://iquilezles.org/articles/distfunctions2d/). */
  #coverage(x: number, y: number): number {
    const [half, corner] = [this.#side / 2, this.#side * seatShape.corner];
    const [dx, dy] = [Math.abs(x - half) - half + corner, Math.abs(y - half) - half + corner];
    const outside = Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner;
    return Math.min(1, Math.max(0, 0.5 - outside));
  }
}

/** How much of the pixel that begins at `pixel` lies between `start` and `start + length`. */
const overlap = (pixel: number, start: number, length: number) =>
  Math.max(0, Math.min(pixel + 1, start + length) - Math.max(pixel, start));
