import { scheduleMoved } from '@frontrow/events/contracts/concerts';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { emittedOf } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { audit, holdSeats, inDays, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';

let hall: Hall;
let onSale: OnSale;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());
beforeEach(async () => {
  onSale = await putOnSale(hall);
});

async function move(input: object, viewer: Viewer = anOperator(), replica: 0 | 1 = 0) {
  const mutation = `mutation ($input: MoveScheduleInput!) {
    moveSchedule(input: $input) {
      ... on Schedule { id startsAt movedFrom refundUntil } ... on Refusal { code retryable }
    }
  }`;
  const variables = { input: { scheduleId: onSale.scheduleId, ...input } };
  const { data, errors } = await hall.replicas[replica].execute(viewer, mutation, variables);
  return errors === undefined ? data.moveSchedule : { fault: errors[0]?.extensions?.['code'] };
}

const told = async () =>
  (await emittedOf(hall.outbox, scheduleMoved)).filter(({ scheduleId }) => scheduleId === onSale.scheduleId);
const logged = async () =>
  (await emittedOf(hall.outbox, operatorActed)).filter(
    ({ action, subjectId }) => action === 'moveSchedule' && subjectId === onSale.scheduleId,
  );

async function schedule(): Promise<any> {
  const query = 'query ($id: ID!) { schedule(id: $id) { startsAt movedFrom refundUntil cancelledAt } }';
  return (await hall.replicas[1].execute(null, query, { id: onSale.scheduleId })).data.schedule;
}

describe('a show that is moved', () => {
  it('says its new time, and keeps the seats that are held', async () => {
    const fan = aFan();
    const { scheduleId, concertId, seats } = onSale;
    const admissionToken = await hall.admit(fan, concertId);
    const before = await schedule();
    const wish = { scheduleId, admissionToken, seatIds: [seats[0]?.id] };
    await holdSeats(hall.replicas[0], fan, wish);
    const times = { startsAt: inDays(60), refundUntil: inDays(50) };
    const now = { ...times, movedFrom: before.startsAt };
    expect(await move(times)).toEqual({ id: scheduleId, ...now });
    expect(await schedule()).toEqual({ ...now, cancelledAt: null });
    expect((await audit(hall, scheduleId)).counted).toEqual({ held: 1, sold: 0 });
    expect(await told()).toEqual([{ scheduleId, concertId, ...times, move: 1, movedAt: expect.any(String) }]);
    const next = aFan();
    const more = { scheduleId, admissionToken: await hall.admit(next, concertId), seatIds: [seats[1]?.id] };
    expect((await holdSeats(hall.replicas[0], next, more)).data.holdSeats).toMatchObject({ total: 100_000 });
  });

  it('may be given back until it starts when nothing else is said', async () => {
    const startsAt = inDays(60);
    expect(await move({ startsAt })).toMatchObject({ startsAt, refundUntil: startsAt });
  });

  it('twice to the same time is moved once, also when two ask at the same moment, and the log has it once', async () => {
    const before = await schedule();
    const times = { startsAt: inDays(60), refundUntil: inDays(50) };
    const [one, other] = await Promise.all([move(times), move(times, anOperator(), 1)]);
    expect(other).toEqual(one);
    expect(await told()).toHaveLength(1);
    expect(await logged()).toMatchObject([
      { before: { startsAt: before.startsAt, refundUntil: null }, after: times },
    ]);
  });

  it('by two operators at the same moment is where the later one put it, and both moves are told in order', async () => {
    const wishes = [60, 70].map((days) => ({ startsAt: inDays(days), refundUntil: inDays(50) }));
    await Promise.all(wishes.map((wish, index) => move(wish, anOperator(), index === 0 ? 0 : 1)));
    const events = await told();
    expect(events.map(({ move: number }) => number).toSorted()).toEqual([1, 2]);
    const last = events.find(({ move: number }) => number === 2);
    expect(await schedule()).toMatchObject({ startsAt: last?.startsAt });
  });
});

describe('moving', () => {
  it.each([
    [{ startsAt: inDays(-1) }],
    [{ startsAt: inDays(60), refundUntil: inDays(-1) }],
    [{ startsAt: inDays(60), refundUntil: inDays(61) }],
  ])('to %j makes no sense', async (times) => {
    expect(await move(times)).toEqual({ fault: 'BAD_USER_INPUT' });
    expect(await told()).toEqual([]);
  });

  it('is refused for a show that was cancelled, and for a time at which the concert has another date', async () => {
    const startsAt = inDays(40);
    const sections = [{ name: 'A', price: 1, rows: 1, seatsPerRow: 1 }];
    await hall.replicas[0].execute(
      anOperator(),
      'mutation ($input: AddScheduleInput!) { addSchedule(input: $input) { __typename } }',
      { input: { concertId: onSale.concertId, startsAt, sections } },
    );
    expect(await move({ startsAt })).toEqual({ code: 'ALREADY_EXISTS', retryable: false });
    expect(await move({ startsAt: (await schedule()).startsAt })).toMatchObject({ code: 'SAME_TIME' });
    await hall.replicas[0].execute(
      anOperator(),
      'mutation ($id: ID!) { cancelSchedule(id: $id) { __typename } }',
      {
        id: onSale.scheduleId,
      },
    );
    expect(await move({ startsAt: inDays(41) })).toMatchObject({ code: 'SHOW_CANCELLED' });
    expect(await told()).toEqual([]);
  });

  it('is refused for what does not exist, and is not for fans', async () => {
    for (const scheduleId of [newId(), '', '🎸']) {
      expect(await move({ scheduleId, startsAt: inDays(60) })).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await move({ startsAt: inDays(60) }, aFan())).toEqual({ fault: 'FORBIDDEN' });
    expect(await told()).toEqual([]);
  });
});
