import { untilLockIsWaitedFor } from '@frontrow/kit/testing/lock-wait';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { holdSeats, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

interface Held {
  readonly __typename: string;
  readonly code?: string;
  readonly seats: { label: string }[];
}

/** Makes each call as another fan. */
async function best({ concertId, scheduleId }: OnSale, bestAvailable: object): Promise<Held> {
  const fan = aFan();
  const admissionToken = await hall.admit(fan, concertId);
  const { data } = await holdSeats(hall.replicas[0], fan, { scheduleId, bestAvailable, admissionToken });
  return data.holdSeats;
}
const labels = async (onSale: OnSale, bestAvailable: object) => {
  const held = await best(onSale, bestAvailable);
  return held.code ?? held.seats.map(({ label }) => label);
};
/** Makes these seats somebody else's. */
const take = ({ scheduleId }: OnSale, condition: string) =>
  hall.outbox.database.query(`UPDATE seats SET status = 'SOLD' WHERE schedule_id = ? AND ${condition}`, [
    scheduleId,
  ]);

describe('the best available seats', () => {
  it('are nearest the stage: by section, row and number', async () => {
    const onSale = await putOnSale(hall, {
      sections: [
        { name: 'Z', price: 2_000, rows: 1, seatsPerRow: 3 },
        { name: 'A', price: 1_000, rows: 1, seatsPerRow: 2 },
      ],
    });
    expect(await labels(onSale, { count: 2 })).toEqual(['Z-1-1', 'Z-1-2']);
    expect(await labels(onSale, { count: 1 })).toEqual(['Z-1-3']);
    expect(await labels(onSale, { count: 2 })).toEqual(['A-1-1', 'A-1-2']);
    expect(await labels(onSale, { count: 1 })).toBe('NOT_ENOUGH_SEATS');
  });

  it('are neighbours in one row, or none', async () => {
    const onSale = await putOnSale(hall, { sections: [{ name: 'A', price: 1, rows: 2, seatsPerRow: 4 }] });
    await take(onSale, 'row_no = 1 AND number IN (2)');
    expect(await labels(onSale, { count: 3 })).toEqual(['A-2-1', 'A-2-2', 'A-2-3']);
    expect(await labels(onSale, { count: 3 })).toBe('NOT_ENOUGH_SEATS');
    expect(await labels(onSale, { count: 2 })).toEqual(['A-1-3', 'A-1-4']);
    expect(await labels(onSale, { count: 2 })).toBe('NOT_ENOUGH_SEATS');
    expect(await labels(onSale, { count: 1 })).toEqual(['A-1-1']);
  });

  it('are of the section and at most of the price that the fan names', async () => {
    const one = { rows: 1, seatsPerRow: 4 };
    const onSale = await putOnSale(hall, {
      sections: [
        { name: 'A', price: 300, ...one },
        { name: 'B', price: 100, ...one },
        { name: 'C', price: 200, ...one },
      ],
    });
    expect(await labels(onSale, { count: 1, section: 'C' })).toEqual(['C-1-1']);
    expect(await labels(onSale, { count: 1, maxPrice: 200 })).toEqual(['B-1-1']);
    expect(await labels(onSale, { count: 3, maxPrice: 299 })).toEqual(['B-1-2', 'B-1-3', 'B-1-4']);
    expect(await labels(onSale, { count: 3, maxPrice: 200 })).toEqual(['C-1-2', 'C-1-3', 'C-1-4']);
    expect(await labels(onSale, { count: 1, maxPrice: 99 })).toBe('NOT_ENOUGH_SEATS');
    expect(await labels(onSale, { count: 1, section: 'A', maxPrice: 200 })).toBe('NOT_ENOUGH_SEATS');
  });

  it('are found beyond the first page of available seats', async () => {
    const onSale = await putOnSale(hall, { sections: [{ name: 'A', price: 1, rows: 10, seatsPerRow: 200 }] });
    // Only single seats are left for more than a page, so the only pair is the last two seats of the hall.
    await take(onSale, 'number % 2 = 0 AND seat_rank < 1998');
    expect(await labels(onSale, { count: 2 })).toEqual(['A-10-199', 'A-10-200']);
    expect(await labels(onSale, { count: 2 })).toBe('NOT_ENOUGH_SEATS');
  });

  it('are found when they lie across two pages', async () => {
    const onSale = await putOnSale(hall, { sections: [{ name: 'A', price: 1, rows: 6, seatsPerRow: 167 }] });
    // The page ends with seat 499, which is the second of the only four neighbours.
    await take(onSale, 'NOT (seat_rank < 996 AND seat_rank % 2 = 0) AND NOT seat_rank BETWEEN 996 AND 999');
    const held = await labels(onSale, { count: 4 });
    expect(held).toEqual(['A-6-162', 'A-6-163', 'A-6-164', 'A-6-165']);
  });

  it('are waited for while somebody is about to take the last ones, because that may fail', async () => {
    const onSale = await putOnSale(hall, { sections: [{ name: 'A', price: 1, rows: 1, seatsPerRow: 2 }] });
    const { database } = hall.outbox;
    const other = database.createQueryRunner();
    await other.startTransaction();
    await other.query('SELECT id FROM seats WHERE id = ? FOR UPDATE', [onSale.seats[1]?.id]);
    const asking = labels(onSale, { count: 2 });
    await untilLockIsWaitedFor(database, onSale.seats[1]?.id as string);
    await other.rollbackTransaction();
    await other.release();
    expect(await asking).toEqual(['A-1-1', 'A-1-2']);
  });
});
