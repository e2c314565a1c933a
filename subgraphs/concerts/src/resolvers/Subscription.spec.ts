import { deliver, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import type { Answer, SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import { handlers, holdSeats, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';
import { cancelled, confirmed } from '../testing/purchase.ts';

let hall: Hall;
let here: SubgraphUnderTest;
let there: SubgraphUnderTest;
beforeAll(async () => {
  hall = await openHall();
  [here, there] = hall.replicas;
  hall.publish();
});
afterAll(() => hall.close());

const watch = (at: SubgraphUnderTest, scheduleId: string) =>
  at.subscribe(
    null,
    `subscription ($scheduleId: ID!) { seatsChanged(scheduleId: $scheduleId) {
      schedule { id availability { available } } seats { id label status version } } }`,
    { scheduleId },
  );

type Events = AsyncGenerator<Answer, void>;
async function next(events: Events): Promise<any> {
  const { value } = await events.next();
  return value?.data.seatsChanged;
}

async function hold(at: SubgraphUnderTest, { concertId, scheduleId, seats }: OnSale, ...places: number[]) {
  const fan = aFan();
  const seatIds = places.map((place) => seats[place]!.id);
  const admissionToken = await hall.admit(fan, concertId);
  const { data } = await holdSeats(at, fan, { scheduleId, seatIds, admissionToken });
  return { ...data.holdSeats, userId: fan.id, concertId, scheduleId, seatIds };
}
const told = (event: Parameters<typeof published>[0]) => deliver(hall.outbox, handlers, published(event));

describe('seatsChanged', () => {
  it('says which seats are taken, then which have changed, whichever replica did it', async () => {
    const onSale = await putOnSale(hall);
    const first = await hold(here, onSale, 0, 1);
    const events = await watch(there, onSale.scheduleId);
    expect(await next(events)).toEqual({
      schedule: { id: onSale.scheduleId, availability: { available: 98 } },
      seats: onSale.seats
        .slice(0, 2)
        .map(({ id }, i) => ({ id, label: `A-1-${i + 1}`, status: 'HELD', version: 1 })),
    });
    await hold(here, onSale, 2);
    expect(await next(events)).toEqual({
      schedule: { id: onSale.scheduleId, availability: { available: 97 } },
      seats: [{ id: onSale.seats[2]!.id, label: 'A-1-3', status: 'HELD', version: 1 }],
    });
    await told(confirmed(first));
    expect((await next(events)).seats).toMatchObject([
      { id: first.seatIds[0], status: 'SOLD', version: 2 },
      { id: first.seatIds[1], status: 'SOLD', version: 2 },
    ]);
    await told(cancelled(first));
    expect((await next(events)).seats).toMatchObject([
      { status: 'AVAILABLE', version: 3 },
      { status: 'AVAILABLE', version: 3 },
    ]);
    await events.return();
    // A new follower sees the present state, in which a seat that is not named is available.
    const again = await watch(there, onSale.scheduleId);
    expect((await next(again)).seats).toMatchObject([{ id: onSale.seats[2]!.id, status: 'HELD' }]);
    await again.return();
  });

  it('is empty at first if nothing is taken, and says nothing about other schedules', async () => {
    const [mine, other] = [await putOnSale(hall), await putOnSale(hall)];
    const events = await watch(here, mine.scheduleId);
    expect((await next(events)).seats).toEqual([]);
    await hold(here, other, 0);
    await hold(here, mine, 5);
    expect((await next(events)).seats).toMatchObject([{ id: mine.seats[5]!.id }]);
    await events.return();
  });

  it('sends a slow follower the last state of each seat, once', async () => {
    const onSale = await putOnSale(hall);
    const [slow, quick] = [await watch(here, onSale.scheduleId), await watch(here, onSale.scheduleId)];
    expect([(await next(slow)).seats, (await next(quick)).seats]).toEqual([[], []]);
    const held = await hold(there, onSale, 3, 4);
    await next(quick);
    await hold(there, onSale, 7);
    await next(quick);
    await told(cancelled(held));
    await next(quick);
    const { seats } = await next(slow);
    expect(seats.map(({ label, status }: any) => `${label} ${status}`).sort()).toEqual([
      'A-1-4 AVAILABLE',
      'A-1-5 AVAILABLE',
      'A-1-8 HELD',
    ]);
    await Promise.all([slow.return(), quick.return()]);
  });

  it.each([newId(), '', "'", 'a'.repeat(10_000)])(
    'is refused for "%.50s", which is no schedule',
    async (id) => {
      const events = await watch(here, id);
      const { value } = await events.next();
      expect(value?.errors).toMatchObject([
        { message: 'scheduleId is not that of a schedule.', extensions: { code: 'BAD_USER_INPUT' } },
      ]);
      expect((await events.next()).done).toBe(true);
    },
  );
});
