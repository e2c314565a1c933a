import { seated } from './concert.ts';
import type { ScheduleOnSale } from './sale.ts';
import { Stock } from './stock.ts';
import type { FanSeats, Locked } from './stock.ts';

const now = new Date('2026-11-20T08:30:00.000Z');
const id = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const [concertId, scheduleId, sectionId] = [id(1), id(2), id(3)];

const sale: ScheduleOnSale = {
  ...{ scheduleId, concertId, concertTitle: 'Winter Light', artist: 'The Northern Choir' },
  ...{
    venueName: 'Harbour Hall',
    startsAt: new Date('2026-12-24T19:00:00.000Z'),
    cancelledAt: null,
    salesOpenAt: now,
    publishAt: null,
    concertVersion: 1,
  },
  maxSeatsPerFan: 3,
  sections: [
    { id: sectionId, scheduleId, name: 'A', price: 100, rows: 1, seatsPerRow: 10, firstRank: 0, ...seated },
  ],
};
const seat = (rank: number) => ({
  id: id(100 + rank),
  sectionId,
  row: 1,
  number: rank + 1,
  rank,
  version: 6,
});
const seatIds = (...ranks: number[]) => ranks.map((rank) => seat(rank).id);
const fan = (seats: number, unpaid = 0): FanSeats => ({
  seats,
  unpaid: { count: unpaid, lastAt: unpaid === 0 ? null : now },
});

/** The seats that are locked, by rank, and the fans whose rows are. */
function given(ranks: number[], fans: Record<string, FanSeats> = {}, busyFans: string[] = []) {
  const locked: Locked = {
    seats: ranks.map(seat),
    fans: new Map(Object.entries(fans)),
    busyFans: new Set(busyFans),
  };
  const stock = new Stock(sale, locked, 300);
  return {
    /** Fans who ask for seats, by rank, one after the other. */
    when: (wishes: [string, ...number[]][], others: 'taken' | 'busy' = 'taken') => {
      const answers = wishes.map(([userId, ...wanted], i) =>
        stock.hold(
          { userId, seatIds: seatIds(...wanted), reservationId: id(200 + i), ticketId: id(300), now },
          others,
        ),
      );
      return {
        then: (...expected: (number[] | string | { taken: number[] })[]) => {
          const said = answers.map((answer) => {
            if (answer === 'busy') return answer;
            if ('seats' in answer) return answer.seats.map(({ number }) => number - 1);
            return 'code' in answer ? answer.code : { taken: answer.seatIds };
          });
          expect(said).toEqual(
            expected.map((one) =>
              typeof one === 'object' && 'taken' in one ? { taken: seatIds(...one.taken) } : one,
            ),
          );
        },
        answers,
      };
    },
  };
}

describe('fans who ask for seats together', () => {
  it('get them in the order in which they came: all that a fan wants, or none of it', () => {
    given([0, 1, 2, 3])
      .when([
        ['ann', 1, 0],
        ['bob', 1, 2],
        ['eve', 0, 1],
        ['dan', 2, 3],
      ])
      .then([0, 1], { taken: [1] }, { taken: [0, 1] }, [2, 3]);
  });

  it('hear of every seat that is taken, whoever has it', () => {
    given([0, 1])
      .when([
        ['ann', 0],
        ['bob', 0, 1, 2],
      ])
      .then([0], { taken: [0, 2] });
  });

  it('have no more seats than the limit, however many calls they make', () => {
    given([0, 1, 2, 3, 4], { bob: fan(2) })
      .when([
        ['ann', 0, 1],
        ['ann', 2, 3],
        ['ann', 2],
        ['bob', 3, 4],
        ['bob', 4],
      ])
      .then([0, 1], 'SEAT_LIMIT_EXCEEDED', [2], 'SEAT_LIMIT_EXCEEDED', [4]);
  });

  it('pause after unpaid holds, and take nothing from those after them', () => {
    given([0], { ann: fan(0, 2), bob: fan(0, 1) })
      .when([
        ['ann', 0],
        ['bob', 0],
      ])
      .then('TOO_MANY_UNPAID_HOLDS', [0]);
  });

  it('are told nothing about rows that others have locked; what they took here is taken', () => {
    given([0, 1], {}, ['dan'])
      .when(
        [
          ['ann', 0],
          ['bob', 0, 5],
          ['eve', 0],
          ['dan', 1],
          ['eve', 1],
        ],
        'busy',
      )
      .then([0], 'busy', { taken: [0] }, 'busy', [1]);
  });

  it('are shown the seats as they are after the hold, by rank', () => {
    const { answers } = given([0, 1]).when([['ann', 1, 0]]);
    expect(answers).toMatchObject([
      {
        ...{ status: 'HELD', total: 200, userId: 'ann', concertId, scheduleId, reservationId: id(200) },
        seats: [0, 1].map((rank) => ({
          ...{ id: seat(rank).id, section: 'A', row: 1, number: rank + 1, price: 100 },
          ...{ status: 'HELD', reservationId: id(200), version: 7 },
        })),
      },
    ]);
  });
});
