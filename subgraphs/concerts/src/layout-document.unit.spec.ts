import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { newId } from '@frontrow/kit/ids';
import { randomFrom } from '@frontrow/kit/testing/random';
import { seated } from './domain/concert.ts';
import { layOutRows } from './domain/layout.ts';
import { seatIdAt } from './domain/seat.ts';
import { idsOf, layoutDocument, runsOf, storedLayout } from './layout-document.ts';
import type { LayoutDocument } from './layout-document.ts';

const hall = newId();
const idsFor = (sections: readonly { rows: number; seatsPerRow: number }[]) => {
  const seats = sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0);
  return Array.from({ length: seats }, (_, rank) => seatIdAt(hall, rank));
};
const positions = (differences: readonly number[]) => {
  let at = 0;
  return differences.map((difference) => (at += difference));
};
/** Reads the document as a client does. */
const read = (bytes: Buffer) => JSON.parse(brotliDecompressSync(bytes).toString()) as LayoutDocument;

describe('the layout of a hall as a document', () => {
  it('says where each seat is, what it is called and costs, and what its id is', async () => {
    const { below, pick } = randomFrom();
    for (let tried = 0; tried < 10; tried++) {
      const sections = Array.from({ length: 1 + below(5) }, (_, n) => ({
        name: `${pick(['구역', '🎸', 'A "quoted"', 'Øst\\'])} ${n}`,
        price: below(3) * 10_000,
        rows: 1 + below(9),
        seatsPerRow: 1 + below(30),
        ...seated,
      }));
      const ids = idsFor(sections);
      const { br, gzip, name } = await storedLayout(await layoutDocument(sections, ids));
      const layout = read(br);
      const seats = [...layOutRows(sections)].flatMap((row) => row.seats);
      expect(positions(layout.x)).toEqual(seats.map(({ x }) => x));
      expect(positions(layout.y)).toEqual(seats.map(({ y }) => y));
      expect(idsOf(layout.seatIds)).toEqual(ids);
      expect(layout.seats).toBe(ids.length);
      expect(layout.sections).toEqual({
        name: sections.map((section) => section.name),
        price: sections.map(({ price }) => price),
        rows: sections.map(({ rows }) => rows),
      });
      expect(layout.rows.seats).toEqual(
        sections.flatMap(({ rows, seatsPerRow }) => Array<number>(rows).fill(seatsPerRow)),
      );
      expect(JSON.parse(gunzipSync(gzip).toString())).toEqual(layout);
      expect(name).toMatch(/^[0-9a-f]{64}$/);
      const { x, y, width, height } = layout.bounds;
      expect(seats.every((at) => at.x > x && at.x < x + width && at.y > y && at.y < y + height)).toBe(true);
    }
  });

  it('is named by what it says', async () => {
    const sections = [{ name: '각', price: 1, rows: 2, seatsPerRow: 3, ...seated }];
    const nameOf = async (changed: object, ids = idsFor(sections)) =>
      (await storedLayout(await layoutDocument([{ ...sections[0]!, ...changed }], ids))).name;
    const name = await nameOf({});
    expect(await nameOf({})).toBe(name);
    expect(await nameOf({ name: '각'.normalize('NFD') })).not.toBe(name);
    expect(await nameOf({ price: 2 })).not.toBe(name);
    expect(await nameOf({}, idsFor(sections).reverse())).not.toBe(name);
  });

  it('names ids by those that others follow, also those that nothing follows', async () => {
    const others = [newId(), newId()] as const;
    const [first, second, last] = [seatIdAt(hall, 0), seatIdAt(hall, 1), seatIdAt(hall, 1_048_575)];
    const ids = [others[0], first, second, others[1], last];
    expect(await runsOf(ids)).toEqual({ first: [others[0], first, others[1], last], count: [1, 2, 1, 1] });
    expect(idsOf(await runsOf(ids))).toEqual(ids);
    expect(await runsOf([])).toEqual({ first: [], count: [] });
  });

  it('of 100,000 seats is a tenth of a megabyte at the most', async () => {
    const sections = [1, 2, 3, 4, 5].map((n) => ({
      ...{ name: `S${n}`, price: 1, rows: 100, seatsPerRow: 200 },
      ...seated,
    }));
    const { br, gzip } = await storedLayout(await layoutDocument(sections, idsFor(sections)));
    console.log(`a layout of 100,000 seats: br ${br.length} bytes, gzip ${gzip.length}`);
    expect(br.length).toBeLessThan(100_000);
    expect(gzip.length).toBeLessThan(100_000);
  });
});
