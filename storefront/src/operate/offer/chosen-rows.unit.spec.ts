import { readLayout } from '../../seat-map/layout.ts';
import { choosable, chosenRows, rangesOf } from './chosen-rows.ts';

const layout = readLayout({
  ...{ format: 1, seats: 6, seatSize: 50, bounds: { x: 0, y: 0, width: 1, height: 1 } },
  stage: { x: [], y: [] },
  sections: { name: ['A', 'B'], price: [1, 1], rows: [1, 1] },
  rows: { name: ['1', '9'], seats: [4, 2], firstNumber: [4, 1], numberStep: [-1, 1] },
  ...{ x: [0, 1, 1, 1, 1, 1], y: [0, 0, 0, 0, 0, 0] },
  seatIds: { first: ['0193461e-1c03-7a5c-9e21-4b7d0c9f1c03'], count: [6] },
  wheelchairs: { place: [0], companion: [1] },
});

describe('seats that were chosen', () => {
  it('are said row by row, by their numbers', () => {
    const rows = chosenRows(layout, [5, 0, 3, 1]);
    expect(rows.map(({ section, row, numbers }) => [section.name, row.name, numbers])).toEqual([
      ['A', '1', '1, 3–4'],
      ['B', '9', '2'],
    ]);
    expect(rangesOf([])).toBe('');
  });

  it('have a wheelchair place with the seat of its companion, or neither', () => {
    expect(choosable(layout, () => true, [1, 2])).toEqual([1, 0, 2]);
    expect(choosable(layout, (seat) => seat !== 0, [1, 2])).toEqual([2]);
  });
});
