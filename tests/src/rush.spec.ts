import { randomFrom } from '@frontrow/kit/testing/random';
import type { Fan, SeatHoldAnswer } from '@frontrow/stack/fan';
import { concertOnSale, crowdOf, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

const { below, pick } = randomFrom();
let system: System;
let crowd: Fan[];

beforeAll(async () => {
  system = await sharedSystem();
  crowd = await crowdOf(system, 1_000);
  for (const answer of await Promise.all(crowd.map((fan) => fan.charge(1_000))))
    expect(answer.__typename).toBe('PointEntry');
}, 240_000);

/** A number of fans from the crowd, admitted to this sale. */
const shoppers = (sale: Sale, count: number) =>
  Promise.all(
    crowd.slice(0, count).map(async (fan) => ({ fan, ...(await fan.waitForAdmission(sale.concertId)) })),
  );

describe('a rush, with two replicas of every service', () => {
  it('gives the same 4 seats, wanted by 200 fans at once, to exactly one of them', async () => {
    const sale = await concertOnSale(system);
    const seatIds = sale.seats.slice(0, 4).map(({ id }) => id);
    const fans = await shoppers(sale, 200);
    const answers = await Promise.all(
      fans.map(({ fan, pass }) => fan.hold(sale.scheduleId, pass, { seatIds })),
    );
    const winners = answers.filter(({ __typename }) => __typename === 'SeatHold');
    const losers = answers.filter(({ __typename }) => __typename === 'SeatsTaken');
    expect([winners.length, losers.length]).toEqual([1, 199]);
  }, 180_000);

  it('sells 400 seats to 1,000 buyers with random wishes, no seat twice, and everybody gets an answer', async () => {
    const sale = await concertOnSale(system, { rows: 20, seatsPerRow: 20, price: 10 });
    const fans = await shoppers(sale, 1_000);
    const sold: string[] = [];
    await Promise.all(
      fans.map(async ({ fan, pass }) => {
        const hold = await fan.hold(sale.scheduleId, pass, { seatIds: randomSeats(sale) });
        if (hold.__typename !== 'SeatHold') return;
        expect(await fan.pay(hold.reservationId)).toMatchObject({ status: 'COMPLETED' });
        const { seats } = await fan.reservationUntil(hold.reservationId, 'CONFIRMED');
        sold.push(...seats.map(({ seatId }) => seatId));
      }),
    );
    expect(new Set(sold).size).toBe(sold.length);
    expect(sold.length).toBeGreaterThan(300);
    expect(await soldSeats(sale)).toBe(sold.length);
  }, 300_000);

  it('gives neighbouring seats to everybody who asks for the best available, until there are none', async () => {
    const sale = await concertOnSale(system, { rows: 10, seatsPerRow: 10, price: 10 });
    const fans = await shoppers(sale, 60);
    const answers = await Promise.all(
      fans.map(({ fan, pass }) => fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 2 } })),
    );
    const holds = answers.filter((answer): answer is SeatHoldAnswer => answer.__typename === 'SeatHold');
    expect(holds).toHaveLength(50);
    expect(answers.filter((answer) => 'code' in answer && answer.code === 'NOT_ENOUGH_SEATS')).toHaveLength(
      10,
    );
    expect(new Set(holds.flatMap(({ seats }) => seats.map(({ id }) => id))).size).toBe(100);
  }, 60_000);

  it('leaves nothing for the audit to find', async () => {
    expect(await system.audit()).toEqual([]);
  }, 120_000);
});

function randomSeats({ seats }: Sale): string[] {
  const wanted = new Set<string>();
  const count = 1 + below(4);
  while (wanted.size < count) wanted.add(pick(seats).id);
  return [...wanted];
}

/** Waits until no seat is HELD any more, and counts those that are SOLD. */
async function soldSeats({ scheduleId }: Sale): Promise<number> {
  const { schedule } = await system.operator.until<{
    schedule: { availability: { held: number; sold: number } };
  }>(
    'query ($id: ID!) { schedule(id: $id) { availability { held sold } } }',
    { id: scheduleId },
    ({ schedule }) => schedule.availability.held === 0,
  );
  return schedule.availability.sold;
}
