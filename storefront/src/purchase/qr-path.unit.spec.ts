import decodeQR from 'qr/decode.js';
import { qrPath } from './qr-path.ts';

/** Paints the path as a browser would, with `scale` pixels for each module. */
function paint({ size, path }: ReturnType<typeof qrPath>, scale = 4) {
  const [width, height] = [size * scale, size * scale];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    const [left, top] = [Number(x) * scale, Number(y) * scale];
    for (let row = top; row < top + scale; row++)
      for (let column = left; column < left + Number(length) * scale; column++)
        data.fill(0, 4 * (row * width + column), 4 * (row * width + column) + 3);
  }
  return { width, height, data };
}

describe('the QR code of a ticket', () => {
  // As long as codes of tickets, and in the same alphabet.
  const code = 'FR1:'.padEnd(134, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');

  it('contains the text of the ticket for whoever scans it', () => {
    expect(decodeQR(paint(qrPath(code)))).toBe(code);
  });

  it('is no finer than the alphanumeric mode makes it, so that a bad camera can read it', () => {
    // Version 6 has 41 modules; the same text as bytes would take 49.
    expect(qrPath(code).size).toBe(41 + 8);
  });
});
