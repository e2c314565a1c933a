import { layOutRows, layOutStage, seatSize } from './layout.ts';
import type { Point } from './layout.ts';

const section = (rows: number, seatsPerRow: number, price = 100) => ({ rows, seatsPerRow, price });
const seatsOf = (sections: ReturnType<typeof section>[]) =>
  [...layOutRows(sections)].flatMap(({ seats }) => seats);

/** The shortest distance between two of the points, in cm; 100 if all are further apart. */
function closest(points: readonly Point[]): number {
  const byY = points.toSorted((one, other) => one.y - other.y);
  let shortest = 100;
  for (const [index, { x, y }] of byY.entries()) {
    for (let next = index + 1; next < byY.length; next++) {
      const other = byY[next] as Point;
      if (other.y - y >= shortest) break;
      if (Math.abs(other.x - x) < shortest)
        shortest = Math.min(shortest, Math.hypot(other.x - x, other.y - y));
    }
  }
  return shortest;
}

describe('a hall that nobody has drawn', () => {
  it.each([
    ['one seat', [section(1, 1)]],
    ['wide and deep sections', [section(2, 200), section(200, 2, 90), section(9, 200, 90)]],
    ['500 sections of one seat', Array.from({ length: 500 }, () => section(1, 1))],
    ['500 prices', Array.from({ length: 500 }, (_, n) => section(1, 1 + (n % 9), n))],
  ])('has each seat once, none on top of another, and none on the stage: %s', (_what, sections) => {
    const seats = seatsOf(sections);
    expect(seats.length).toBe(sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0));
    expect(closest(seats)).toBeGreaterThanOrEqual(seatSize);
    const stage = layOutStage(sections);
    const front = Math.max(...stage.map(({ x, y }) => Math.hypot(x, y * Number(y > 0))));
    expect(Math.min(...seats.map(({ x, y }) => Math.hypot(x, y)))).toBeGreaterThan(front + seatSize);
  });

  it('has no two seats in one place, whatever its sections are', () => {
    const sizes = [1, 2, 7, 31, 60];
    for (const [index, rows] of sizes.entries()) {
      for (const seatsPerRow of sizes) {
        const next = sizes[(index + 1) % sizes.length] as number;
        const sections = [
          section(rows, seatsPerRow),
          section(next, rows),
          section(seatsPerRow, next),
          section(rows, next, 1),
        ];
        const tooClose = closest(seatsOf(sections)) < seatSize;
        expect({ sections, tooClose }).toEqual({ sections, tooClose: false });
      }
    }
  });

  it('has dearer sections nearer to the stage, and those of one price side by side', () => {
    const rows = [...layOutRows([section(2, 10, 200), section(1, 10), section(1, 10)])];
    const distance = (row: number) => {
      const { x, y } = rows[row]!.seats[0] as Point;
      return Math.round(Math.hypot(x, y) / 10);
    };
    expect(rows.map((row) => row.section)).toEqual([0, 0, 1, 2]);
    expect(distance(0)).toBeLessThan(distance(1));
    expect(distance(1)).toBeLessThan(distance(2));
    expect(distance(2)).toBe(distance(3));
    expect(rows[2]?.seats.at(-1)?.x).toBeLessThan(rows[3]?.seats[0]?.x as number);
  });

  it('is laid out the same each time', () => {
    const sections = [section(3, 7), section(20, 40, 5)];
    expect(seatsOf(sections)).toEqual(seatsOf(sections));
  });
});
