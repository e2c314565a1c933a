import { readLayout } from './layout.ts';
import { Seats } from './seats.ts';
import { hall, packed } from './testing/hall.ts';

const layout = readLayout(hall({ name: 'A', price: 100, rows: 1, seatsPerRow: 6 }));
const seatsAt = (version: number, ...states: number[]) =>
  new Seats(layout, { states: packed(states), version });
const change = (since: number | null, version: number, changes: number[], states: string | null = null) => ({
  __typename: 'SeatMapChange' as const,
  ...{ since, version, changes, states },
});
const sight = (seats: Seats) => [...seats.states].join('');

describe('the seats of a date', () => {
  it('are what the map says: two bits each, the first seat in the lowest', () => {
    const seats = seatsAt(5, 0, 1, 2, 3, 0, 1);
    expect(sight(seats)).toBe('012301');
    expect(seats.isAvailable(0)).toBe(true);
    expect(seats.countAvailable({ first: 0, size: 6 })).toBe(2);
  });

  it('apply what is newer, and ignore what is older or known already', () => {
    const seats = seatsAt(5, 0, 0, 0, 0, 0, 0);
    seats.apply(change(3, 4, [4 * 2 + 2]));
    expect(sight(seats)).toBe('000000');
    // The gateway has subscribed again by itself, so this begins before what is known here.
    seats.apply(change(3, 7, [4 * 1 + 1, 4 * 5 + 2]));
    expect([sight(seats), seats.version]).toEqual(['010002', 7]);
    seats.apply(change(7, 9, [4 * 1 + 0]));
    expect([sight(seats), seats.version]).toEqual(['000002', 9]);
  });

  it('are the whole map again after too long a break', () => {
    const seats = seatsAt(5, 1, 1, 1, 1, 1, 1);
    seats.apply(change(null, 80, [], packed([0, 2, 0, 0, 0, 0])));
    expect([sight(seats), seats.version]).toEqual(['020000', 80]);
    seats.apply(change(null, 79, [], packed([1, 1, 1, 1, 1, 1])));
    expect(sight(seats)).toBe('020000');
  });

  it('are available again when a change says so after somebody else had them', () => {
    const seats = seatsAt(5, 0, 0, 0, 0, 0, 0);
    seats.take([seats.idOf(2), 'elsewhere']);
    expect(seats.isAvailable(2)).toBe(false);
    seats.apply(change(5, 6, [4 * 2]));
    expect(seats.isAvailable(2)).toBe(true);
  });

  it('tell listeners which of them have changed', () => {
    const seats = seatsAt(5, 0, 0, 0, 0, 0, 0);
    const told: unknown[] = [];
    const stop = seats.subscribe((changed) => told.push(changed));
    seats.apply(change(5, 5, []));
    seats.apply(change(5, 6, [4 * 3 + 1]));
    seats.apply(change(null, 7, [], packed([0, 0, 0, 0, 0, 0])));
    stop();
    seats.apply(change(7, 8, [4 * 3 + 1]));
    expect(told).toEqual([[3], undefined]);
  });
});
