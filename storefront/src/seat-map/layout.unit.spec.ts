import { idOf, placeOf, readLayout, seatOf } from './layout.ts';
import { hall } from './testing/hall.ts';

const document = hall(
  { name: 'VIP', price: 198_000, rows: 2, seatsPerRow: 5 },
  { name: 'R', price: 165_000, rows: 3, seatsPerRow: 10 },
);

describe('the layout of a hall', () => {
  const layout = readLayout(document);

  it('has each seat where the document says, whose numbers are differences', () => {
    expect([layout.x[0], layout.x[4], layout.x[5], layout.x[10]]).toEqual([-100, 100, -100, -225]);
    expect([layout.y[0], layout.y[5], layout.y[39]]).toEqual([800, 850, 1_000]);
  });

  it('has the text on the ticket of each seat, however seats are numbered', () => {
    const { rows } = document;
    const numbered = readLayout({
      ...document,
      rows: {
        ...rows,
        name: [...rows.name.slice(0, 4), 'AA'],
        firstNumber: [1, 1, 1, 1, 20],
        numberStep: [1, 1, 1, 1, -2],
      },
    });
    const ticket = (seat: number) => {
      const { section, row, number } = placeOf(numbered, seat);
      return `${section.name}-${row.name}-${number}`;
    };
    expect([0, 4, 5, 9, 10, 29, 30, 39].map(ticket)).toEqual([
      'VIP-1-1',
      'VIP-1-5',
      'VIP-2-1',
      'VIP-2-5',
      'R-1-1',
      'R-2-10',
      'R-AA-20',
      'R-AA-2',
    ]);
    expect(layout.sections.map(({ first, size }) => [first, size])).toEqual([
      [0, 10],
      [10, 30],
    ]);
  });

  it('finds a seat by its id, and its id by the seat, even if ids are not consecutive', () => {
    const [one, other] = ['0190aaaa-0000-7000-8000-00000000000f', '0190aaaa-0000-7000-8000-00000000000e'];
    const scattered = readLayout({ ...document, seatIds: { first: [one, other], count: [1, 1] } });
    expect([0, 1, 2].map((seat) => idOf(scattered, seat))).toEqual([one, other, undefined]);
    expect([one, other, '0190aaaa-0000-7000-8000-000000000010'].map((id) => seatOf(scattered, id))).toEqual([
      0,
      1,
      undefined,
    ]);
    const last = idOf(layout, 39) as string;
    expect(last).toBe('01900000-0000-7000-8000-000000100017');
    expect(seatOf(layout, last)).toBe(39);
    expect(seatOf(layout, idOf(layout, 0)?.replace('0190', '0191') as string)).toBeUndefined();
  });

  it('is refused if its format is unknown', () => {
    expect(() => readLayout({ ...document, format: 2 })).toThrow('format 2');
  });
});
