import { SeatSprite } from './seat-sprite.ts';

const width = 40;
const [red, blue] = [0x0000ff, 0xff0000];
const alphaOf = (pixels: Uint32Array) => pixels.reduce((sum, pixel) => sum + (pixel >>> 24), 0) / 255;

describe('a seat as pixels', () => {
  it.each([1.3, 3.9])('of %d pixels covers as much as its square, wherever its middle is', (side) => {
    for (const [x, y] of [
      [20, 20],
      [20.25, 20.5],
      [20.75, 20.25],
    ] as const) {
      const pixels = new Uint32Array(width * width);
      new SeatSprite(side).set(pixels, width, x, y, red);
      // Each pixel's share is one of 256 steps.
      expect(alphaOf(pixels)).toBeCloseTo(side * side, 1);
    }
  });

  it('has round corners if there is room for them', () => {
    const pixels = new Uint32Array(width * width);
    new SeatSprite(20).set(pixels, width, 20, 20, red);
    const at = (x: number, y: number) => (pixels[y * width + x] as number) >>> 24;
    expect([at(20, 20), at(20, 10), at(10, 10)]).toEqual([255, 255, 0]);
    expect(alphaOf(pixels)).toBeLessThan(20 * 20);
  });

  it('shares a pixel with its neighbour, and the one with more of it gives the colour', () => {
    const pixels = new Uint32Array(width * width);
    const sprite = new SeatSprite(1);
    sprite.set(pixels, width, 20.25, 20.5, red);
    sprite.set(pixels, width, 21.25, 20.5, blue);
    // The middle pixel belongs to the left seat by one quarter, and to the right seat by three.
    const [left, middle, right] = [19, 20, 21].map((x) => pixels[20 * width + x] as number);
    expect((left as number) >>> 24).toBeLessThan(255);
    expect([(middle as number) & 0xffffff, (right as number) & 0xffffff]).toEqual([red, blue]);
  });

  it('is cut at the edge of its image, and leaves others alone', () => {
    const pixels = new Uint32Array(width * width);
    const sprite = new SeatSprite(6);
    for (const [x, y] of [
      [0, 20],
      [width, 20],
      [20, 0],
      [20, width],
      [-9, -9],
    ] as const)
      sprite.set(pixels, width, x, y, red);
    const edges = [...pixels.entries()]
      .filter(([, pixel]) => pixel !== 0)
      .map(([at]) => [at % width, Math.floor(at / width)])
      .map(([x = 0, y = 0]) => [x, width - 1 - x, y, width - 1 - y].findIndex((distance) => distance < 4));
    expect([...new Set(edges)].toSorted()).toEqual([0, 1, 2, 3]);
  });
});
