import { indexOf, layOut, placeOf } from './layout.ts';

const hall = [
  { name: 'VIP', price: 198_000, rows: 20, seatsPerRow: 50 },
  { name: 'R', price: 165_000, rows: 40, seatsPerRow: 100 },
  { name: 'S1', price: 99_000, rows: 30, seatsPerRow: 40 },
  { name: 'S2', price: 99_000, rows: 30, seatsPerRow: 40 },
];

describe('the layout of a hall', () => {
  const layout = layOut(hall);

  it('gives no two seats the same place', () => {
    // On a grid of half a seat: neighbours are a whole one apart.
    const cells = new Set(
      Array.from({ length: layout.size }, (_, index) => {
        const [x, y] = [layout.x[index] as number, layout.y[index] as number];
        return `${Math.round(x * 2)},${Math.round(y * 2)}`;
      }),
    );
    expect(cells.size).toBe(layout.size);
    expect(layout.size).toBe(1_000 + 4_000 + 1_200 + 1_200);
  });

  it('puts the first section nearest the stage, and sections of one price side by side', () => {
    const [vip, , s1, s2] = layout.sections;
    const middle = (section = vip, row = 1) =>
      layout.y[indexOf(layout, section?.name ?? '', row, 20) as number] as number;
    expect(middle(vip)).toBeLessThan(middle(layout.sections[1]));
    expect(s1?.label.y).toBeCloseTo(s2?.label.y ?? 0);
    expect(s1?.label.x).toBeLessThan(s2?.label.x ?? 0);
  });

  it('has all of it within its bounds, below the stage', () => {
    const { bounds, stage } = layout;
    for (let index = 0; index < layout.size; index++) {
      expect(layout.x[index]).toBeGreaterThan(bounds.left);
      expect(layout.x[index]).toBeLessThan(bounds.right);
      expect(layout.y[index]).toBeLessThan(bounds.bottom);
    }
    expect(stage.y).toBeGreaterThan(bounds.top);
  });

  it('finds a seat by its ticket, and its ticket by the seat', () => {
    const index = indexOf(layout, 'R', 12, 7) as number;
    const { section, row, number } = placeOf(layout, index);
    expect([section.name, row, number]).toEqual(['R', 12, 7]);
    expect(indexOf(layout, 'R', 41, 1)).toBeUndefined();
    expect(indexOf(layout, 'none', 1, 1)).toBeUndefined();
  });
});
