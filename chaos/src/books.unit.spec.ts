import { compareBooks } from './books.ts';
import type { Records } from './books.ts';
import type { Purchase, Seen } from './purchase.ts';

const seats = ['seat-1', 'seat-2'].map((id) => ({ id, label: id, price: 100 }));
const hold = { __typename: 'SeatHold', reservationId: 'one', total: 200, expiresAt: '', seats } as const;
const told = (seen: Seen): Purchase => ({
  ...{ intent: 'buy', fanId: 'fan', begunAt: 1, endedAt: 2, charged: 300, hold: { ...hold, seats } },
  seen,
});
const confirmed = told({ status: 'CONFIRMED', endedBecause: null, payment: { status: 'COMPLETED' } });
const refunded = told({
  status: 'CANCELLED',
  endedBecause: 'CANCELLED_BY_FAN',
  payment: { status: 'REFUNDED' },
});

/** What is stored for a confirmed purchase, except for the given differences. */
const stored = (different: Partial<Records> = {}): Records => ({
  wallets: new Map([['fan', ['100 points']]]),
  reservations: new Map([['fan', ['one CONFIRMED']]]),
  payments: new Map([['one', ['200 points COMPLETED']]]),
  soldSeats: new Map([['one', ['seat-2', 'seat-1']]]),
  ...different,
});
const putBack = {
  wallets: new Map([['fan', ['300 points']]]),
  reservations: new Map([['fan', ['one CANCELLED']]]),
  payments: new Map([['one', ['200 points REFUNDED']]]),
  soldSeats: new Map<string, string[]>(),
};

describe('the books of fans', () => {
  it('agree with what is stored of them', () => {
    expect(compareBooks([confirmed], stored())).toEqual([]);
    expect(compareBooks([refunded], stored(putBack))).toEqual([]);
  });

  it.each([
    ['points that are gone', { wallets: new Map([['fan', ['99 points']]]) }, 'wallet: 99 points instead of'],
    ['a wallet that is gone', { wallets: new Map() }, 'wallet: none instead of 100 points'],
    [
      'a reservation that fell back',
      { reservations: putBack.reservations },
      'one CANCELLED instead of one CONFIRMED',
    ],
    [
      'a second reservation',
      { reservations: new Map([['fan', ['one CONFIRMED', 'two PENDING']]]) },
      'one CONFIRMED, two PENDING instead of',
    ],
    ['a payment that is gone', { payments: new Map() }, 'payments: none instead of 200 points COMPLETED'],
    [
      'a seat that is gone',
      { soldSeats: new Map([['one', ['seat-1']]]) },
      'seat-1 instead of seat-1, seat-2',
    ],
  ])('show %s', (_what, different, difference) => {
    const [first, ...more] = compareBooks([confirmed], stored(different));
    expect(first).toContain(difference);
    expect(more).toEqual([]);
  });

  it.each([
    ['the seats that were named', { seatIds: ['seat-1', 'seat-2'] }, []],
    ['as many places of the area', { bestAvailable: { count: 2, section: 'seat' } }, []],
    [
      'a companion’s seat too many',
      { seatIds: ['seat-1'] },
      ['held seats: seat-1, seat-2 instead of seat-1'],
    ],
    [
      'seats instead of places to stand',
      { bestAvailable: { count: 2, section: 'Floor' } },
      ['held places: 0 of 2 instead of 2 of 2'],
    ],
    ['too few seats', { bestAvailable: { count: 3 } }, ['held places: 2 of 2 instead of 3 of 3']],
  ])('compare the hold with what its fan wished for: %s', (_what, wish, differences) => {
    const found = compareBooks([{ ...confirmed, wish }], stored());
    expect(found.map((each) => each.split(': ').slice(2).join(': '))).toEqual(differences);
  });

  it('show a compensated purchase whose seats stayed sold and whose points did not come back', () => {
    expect(compareBooks([refunded], stored())).toHaveLength(4);
  });

  it('show a fan who never got an answer', () => {
    const { endedAt: _, ...unanswered } = confirmed;
    expect(compareBooks([unanswered], stored())[0]).toContain('got no answer');
  });
});
