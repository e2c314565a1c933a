import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { constants, createGzip } from 'node:zlib';

/*
 * A gzip file (RFC 1952) consists of a header, deflated data, and the CRC-32 and length of the whole text. Deflated texts that
 * end with an empty block can follow each other. So a text that many clients are sent is deflated only once, whatever surrounds
 * it.
 */

/** The first ten bytes of a file: no name, no time, any system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** A last block without content. */
const lastBlock = Buffer.from([3, 0]);
const checkBytes = 8;

/** A text in the form that it has in a gzip file. */
export interface Deflated {
  readonly bytes: Buffer;
  readonly crc: number;
  /** The length of the text, in bytes. */
  readonly length: number;
}

/** Deflates a text and computes its sum. zlib does this beside the event loop, a piece at a time. */
export async function deflated(pieces: readonly Buffer[]): Promise<Deflated> {
  const gzip = createGzip({ level: 1 });
  const whole = buffer(gzip);
  whole.catch(() => undefined); // whoever awaits it gets the error
  for (const piece of pieces) if (!gzip.write(piece)) await once(gzip, 'drain');
  // What follows begins at a whole byte, and refers to nothing before it.
  await new Promise<void>((resolve) => gzip.flush(constants.Z_FULL_FLUSH, () => resolve()));
  // Not earlier, because zlib takes a flush that nothing follows for the end.
  gzip.end();
  const file = await whole;
  const end = file.length - checkBytes;
  return {
    bytes: file.subarray(header.length, end - lastBlock.length),
    crc: file.readUInt32LE(end),
    length: file.readUInt32LE(end + 4),
  };
}

/** A gzip file that contains these texts, one after the other. */
export function gzipFileOf(texts: readonly Deflated[]): Buffer[] {
  const check = Buffer.alloc(checkBytes);
  let crc = 0;
  let length = 0;
  for (const text of texts) {
    crc = crcOfBoth(crc, text.crc, text.length);
    length += text.length;
  }
  check.writeUInt32LE(crc);
  check.writeUInt32LE(length % 2 ** 32, 4);
  return [header, ...texts.map(({ bytes }) => bytes), lastBlock, check];
}

/** x^0 and x^1 as CRC-32 writes polynomials: the highest bit is that of the lowest power. */
const [one, x] = [1 << 31, 1 << 30];
const polynomial = 0xedb88320;

/**
 * The CRC-32 of two texts, one after the other: that of the first is multiplied by x for each bit of the second.
 * Source: crc32_combine of zlib (crc32.c, Mark Adler).
 */
function crcOfBoth(first: number, second: number, secondLength: number): number {
  let shift = one;
  let power = x;
  for (let i = 0; i < 3; i++) power = product(power, power); // a byte has 2^3 bits
  for (let left = secondLength; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) shift = product(power, shift);
    power = product(power, power);
  }
  return (product(shift, first) ^ second) >>> 0;
}

/** The product of two polynomials, modulo the one of CRC-32. */
function product(a: number, b: number): number {
  let sum = 0;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) sum ^= b;
    b = b & 1 ? (b >>> 1) ^ polynomial : b >>> 1;
  }
  return sum;
}
