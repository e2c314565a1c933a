import { eveningsOf, seedConcerts } from './seed-data.ts';

describe('the seed data', () => {
  it('has one hall with exactly 10,000 seats', () => {
    const sizes = seedConcerts.map(({ sections }) =>
      sections.reduce((seats, { rows, seatsPerRow }) => seats + rows * seatsPerRow, 0),
    );
    expect(sizes.filter((size) => size === 10_000)).toHaveLength(1);
  });

  it('is different titles, with several dates each', () => {
    expect(new Set(seedConcerts.map(({ title }) => title)).size).toBe(3);
    for (const { evenings } of seedConcerts) expect(evenings.length).toBeGreaterThan(1);
  });

  it('takes place on evenings in Seoul that are still to come', () => {
    const now = new Date('2026-11-20T08:30:00Z'); // a Friday
    expect(eveningsOf(seedConcerts[0]!, now).map((evening) => evening.toISOString())).toEqual([
      '2026-12-11T10:00:00.000Z', // 19:00 in Seoul
      '2026-12-12T09:00:00.000Z',
      '2026-12-13T08:00:00.000Z',
    ]);
  });

  it('has the same evenings on every day of a week', () => {
    const [sunday, saturday] = [new Date('2026-11-22T00:00:00Z'), new Date('2026-11-28T23:59:59Z')];
    expect(eveningsOf(seedConcerts[1]!, sunday)).toEqual(eveningsOf(seedConcerts[1]!, saturday));
  });
});
