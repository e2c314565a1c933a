import { deliver, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Answer, SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { handlers, holdSeats, inDays, openHall, putOnSale } from '../testing/hall.ts';
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

  it('says of its date what it is now, however long the map has been open', async () => {
    const onSale = await putOnSale(hall);
    const follow = 'subscription ($id: ID!) { seatsChanged(scheduleId: $id) { schedule { startsAt } } }';
    const events = await there.subscribe(null, follow, { id: onSale.scheduleId });
    await next(events);
    const startsAt = inDays(60);
    await here.execute(
      anOperator(),
      'mutation ($input: MoveScheduleInput!) { moveSchedule(input: $input) { __typename } }',
      { input: { scheduleId: onSale.scheduleId, startsAt } },
    );
    await hold(here, onSale, 0);
    expect(await next(events)).toEqual({ schedule: { startsAt } });
    await events.return();
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

describe('concertChanged', () => {
  const follow = (viewer: Viewer | null, id: string) =>
    there.subscribe(
      viewer,
      `subscription ($id: ID!) { concertChanged(id: $id) {
        salesOpenAt schedules(includeCancelled: true) { id startsAt movedFrom cancelledAt } } }`,
      { id },
    );
  const now = async (events: Events): Promise<any> => (await events.next()).value?.data.concertChanged;
  const operate = (mutation: string, variables: Record<string, unknown>) =>
    here.execute(anOperator(), `mutation (${mutation}`, variables);

  it('says the concert now, and then what an operator changes of it and its dates on another replica', async () => {
    const { concertId: id, scheduleId } = await putOnSale(hall);
    const events = await follow(null, id);
    const first = await now(events);
    expect(first.schedules).toMatchObject([{ id: scheduleId, movedFrom: null, cancelledAt: null }]);

    const salesOpenAt = inDays(2);
    const change = '$input: ChangeConcertInput!) { changeConcert(input: $input) { __typename } }';
    await operate(change, { input: { id, version: 1, salesOpenAt } });
    expect(await now(events)).toEqual({ ...first, salesOpenAt });

    const startsAt = inDays(60);
    const move = '$input: MoveScheduleInput!) { moveSchedule(input: $input) { __typename } }';
    await operate(move, { input: { scheduleId, startsAt } });
    expect(await now(events)).toMatchObject({
      schedules: [{ startsAt, movedFrom: first.schedules[0].startsAt }],
    });

    await operate('$id: ID!) { cancelSchedule(id: $id) { __typename } }', { id: scheduleId });
    expect(await now(events)).toMatchObject({ schedules: [{ cancelledAt: expect.any(String) }] });
    await events.return();
  });

  it('says a date that is added, of which no event tells', async () => {
    const { concertId: id } = await putOnSale(hall);
    const events = await follow(null, id);
    const { schedules } = await now(events);
    const sections = [{ name: 'A', price: 1, rows: 1, seatsPerRow: 1 }];
    const add = '$input: AddScheduleInput!) { addSchedule(input: $input) { __typename } }';
    await operate(add, { input: { concertId: id, startsAt: inDays(90), sections } });
    expect((await now(events)).schedules).toEqual([...schedules, expect.anything()]);
    await events.return();
  }, 15_000);

  it('is refused to fans for a concert that is hidden, as for one that does not exist', async () => {
    const { concertId } = await putOnSale(hall, { concert: { publishAt: inDays(1) } });
    for (const [viewer, id] of [[aFan(), concertId] as const, [null, newId()] as const]) {
      const events = await follow(viewer, id);
      const { value } = await events.next();
      expect(value?.errors).toMatchObject([
        { message: 'id is not that of a concert.', extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
    const events = await follow(anOperator(), concertId);
    expect((await now(events)).schedules).toHaveLength(1);
    await events.return();
  });
});
