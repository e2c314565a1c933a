import { Seats } from './seats.ts';

const schedule = () => ({
  __typename: 'Schedule' as const,
  id: 'd1',
  startsAt: '2026-12-19T09:00:00.000Z',
  concert: {
    __typename: 'Concert' as const,
    id: 'c1',
    title: 'A',
    artist: 'B',
    maxSeatsPerFan: 4,
    venue: { __typename: 'Venue' as const, id: 'v1', name: 'C' },
  },
  sections: [{ __typename: 'Section' as const, name: 'A', price: 100, rows: 1, seatsPerRow: 3 }],
  seats: [1, 2, 3].map((number) => ({
    __typename: 'Seat' as const,
    id: `s${number}`,
    section: 'A',
    row: 1,
    number,
    status: 'AVAILABLE' as const,
    version: 5,
  })),
});
const change = (id: string, status: 'AVAILABLE' | 'HELD', version: number) => ({
  __typename: 'Seat' as const,
  id,
  status,
  version,
});

describe('the seats of a date', () => {
  it('take over what is newer, and leave what is older', () => {
    const seats = new Seats(schedule());
    seats.apply([change('s1', 'HELD', 6), change('s2', 'HELD', 4)]);
    expect([0, 1, 2].map(seats.isAvailable)).toEqual([false, true, true]);
    expect(seats.countAvailable(0, 3)).toBe(2);
  });

  it('are free again when news says so after somebody else had them', () => {
    const seats = new Seats(schedule());
    seats.take(['s3']);
    expect(seats.isAvailable(2)).toBe(false);
    seats.apply([change('s3', 'AVAILABLE', 7)]);
    expect(seats.isAvailable(2)).toBe(true);
  });

  it('tell those who look, and know nothing of seats of other halls', () => {
    const seats = new Seats(schedule());
    let told = 0;
    const stop = seats.subscribe(() => told++);
    seats.apply([change('elsewhere', 'HELD', 9)]);
    stop();
    seats.apply([]);
    expect(told).toBe(1);
    expect(seats.countAvailable(0, 3)).toBe(3);
  });
});
