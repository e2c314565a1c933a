import { readLayout } from './layout.ts';
import { SeatGrid } from './seat-grid.ts';
import { hall } from './testing/hall.ts';

const layout = readLayout(hall({ name: 'A', price: 1, rows: 12, seatsPerRow: 31 }));
const grid = new SeatGrid(layout);
const { x, y, width, height } = layout.bounds;

describe('where seats lie', () => {
  it('contains each seat once', () => {
    const seen: number[] = [];
    grid.forEach({ left: x, right: x + width, top: y, bottom: y + height }, (seat) => seen.push(seat));
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: layout.size }, (_, seat) => seat));
  });

  it('finds all seats of an area without searching the whole hall', () => {
    const seen = new Set<number>();
    const [left, top] = [layout.x[40] as number, layout.y[40] as number];
    grid.forEach({ left: left - 60, right: left + 60, top: top - 60, bottom: top + 60 }, (seat) =>
      seen.add(seat),
    );
    for (const seat of [8, 9, 10, 39, 40, 41, 70, 71, 72]) expect(seen).toContain(seat);
    expect(seen.size).toBeLessThan(layout.size / 2);
  });

  it('finds the seat nearest to a finger, and none if there is none', () => {
    for (const seat of [0, 31, layout.size - 1])
      expect(grid.seatAt((layout.x[seat] as number) + 20, (layout.y[seat] as number) - 12)).toBe(seat);
    expect(grid.seatAt(0, 300)).toBeUndefined();
    expect(grid.seatAt(1e9, -1e9)).toBeUndefined();
  });
});
