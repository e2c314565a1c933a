import { scheduleCancelled } from '@frontrow/events/contracts/concerts';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { deliver, emittedOf, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { audit, handlers, holdSeats, inDays, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';
import { cancelled } from '../testing/purchase.ts';

let hall: Hall;
let onSale: OnSale;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());
beforeEach(async () => {
  onSale = await putOnSale(hall);
});

async function cancel(id = onSale.scheduleId, viewer: Viewer = anOperator()) {
  const mutation = `mutation ($id: ID!) {
    cancelSchedule(id: $id) { ... on Schedule { id cancelledAt } ... on Refusal { code } }
  }`;
  const { data, errors } = await hall.replicas[0].execute(viewer, mutation, { id });
  return errors === undefined ? data.cancelSchedule : { fault: errors[0]?.extensions?.['code'] };
}

async function addDate(startsAt: string): Promise<string> {
  const sections = [{ name: 'A', price: 1, rows: 1, seatsPerRow: 1 }];
  const { data } = await hall.replicas[0].execute(
    anOperator(),
    'mutation ($input: AddScheduleInput!) { addSchedule(input: $input) { ... on Schedule { id } } }',
    { input: { concertId: onSale.concertId, startsAt, sections } },
  );
  return data.addSchedule.id as string;
}

const seatId = (place: number) => onSale.seats[place]?.id as string;
async function hold(input: object, fan = aFan(), replica: 0 | 1 = 0) {
  const { scheduleId, concertId } = onSale;
  const admissionToken = await hall.admit(fan, concertId);
  const { data } = await holdSeats(hall.replicas[replica], fan, { scheduleId, admissionToken, ...input });
  return data.holdSeats;
}
const told = async () =>
  (await emittedOf(hall.outbox, scheduleCancelled)).filter(({ concertId }) => concertId === onSale.concertId);

describe('a show that is cancelled', () => {
  it('sells no seat from the commit on, whatever a replica remembers about it', async () => {
    for (const replica of [0, 1] as const) {
      expect(await hold({ seatIds: [seatId(replica)] }, aFan(), replica)).toMatchObject({ total: 100_000 });
    }
    expect(await cancel()).toEqual({ id: onSale.scheduleId, cancelledAt: expect.any(String) });
    for (const replica of [0, 1] as const) {
      for (const wish of [{ seatIds: [seatId(5)] }, { bestAvailable: { count: 2 } }]) {
        const refusal = { code: 'SHOW_CANCELLED', retryable: false };
        expect(await hold(wish, aFan(), replica)).toMatchObject(refusal);
      }
    }
    expect((await audit(hall, onSale.scheduleId)).counted).toEqual({ held: 2, sold: 0 });
  });

  it('answers a repeated call as it did before', async () => {
    const fan = aFan();
    const call = { seatIds: [seatId(0)], idempotencyKey: 'one' };
    const first = await hold(call, fan);
    await cancel();
    expect((await hold(call, fan)).reservationId).toBe(first.reservationId);
  });

  it('does not sell a seat that comes free either, and whoever held it need not pause for that', async () => {
    const fan = aFan();
    const { reservationId } = await hold({ seatIds: [seatId(0)] }, fan);
    await cancel();
    const { scheduleId, concertId } = onSale;
    const purchase = { reservationId, userId: fan.id, scheduleId, concertId, seatIds: [seatId(0)] };
    const { subject, data } = cancelled(purchase);
    const end = { ...(data as object), reason: 'COMPENSATED', detail: 'SHOW_CANCELLED' };
    await deliver(hall.outbox, handlers, published({ type: 'reservation.cancelled.v1', subject, data: end }));
    expect((await audit(hall, scheduleId)).recounted).toEqual({ held: 0, sold: 0 });
    expect(await hold({ seatIds: [seatId(0)] })).toMatchObject({ code: 'SHOW_CANCELLED' });
    const [row] = await hall.outbox.database.query<{ unpaid: number }[]>(
      'SELECT unpaid_holds AS unpaid FROM fan_seats WHERE user_id = ?',
      [fan.id],
    );
    expect(row?.unpaid).toBe(0);
  });

  it('cannot be booked, and its time is free for another date', async () => {
    const startsAt = inDays(40);
    const first = await addDate(startsAt);
    await cancel(first);
    const second = await addDate(startsAt);
    expect(second).not.toBe(first);
    const datesOf = async (args: string) => {
      const query = `query ($id: ID!) { concert(id: $id) { schedules${args} { id } } }`;
      const { data } = await hall.replicas[1].execute(null, query, { id: onSale.concertId });
      return data.concert.schedules.map(({ id }: { id: string }) => id);
    };
    expect(await datesOf('')).toEqual([onSale.scheduleId, second]);
    expect(new Set(await datesOf('(includeCancelled: true)'))).toEqual(
      new Set([onSale.scheduleId, first, second]),
    );
  });
});

describe('cancelling', () => {
  it('says whether it was the last date, also when two are cancelled at the same moment', async () => {
    const second = await addDate(inDays(41));
    await Promise.all([cancel(), cancel(second)]);
    const events = await told();
    expect(new Set(events.map(({ scheduleId }) => scheduleId))).toEqual(new Set([onSale.scheduleId, second]));
    expect(events.map(({ isLastDate }) => isLastDate)).toEqual([false, true]);
  });

  it('twice is cancelled once, for the log of operators too', async () => {
    const answers = [...(await Promise.all([cancel(), cancel()])), await cancel()];
    expect(new Set(answers.map(({ cancelledAt }) => cancelledAt)).size).toBe(1);
    expect(await told()).toHaveLength(1);
    const actions = (await emittedOf(hall.outbox, operatorActed)).filter(
      ({ action }) => action === 'cancelSchedule',
    );
    const its = actions.filter(({ subjectId }) => subjectId === onSale.scheduleId);
    expect(its).toMatchObject([
      { before: { cancelledAt: null }, after: { cancelledAt: answers[0].cancelledAt } },
    ]);
  });

  it('is refused for what does not exist, and is not for fans', async () => {
    for (const unknown of [newId(), '', '🎸']) expect(await cancel(unknown)).toEqual({ code: 'NOT_FOUND' });
    expect(await cancel(onSale.scheduleId, aFan())).toEqual({ fault: 'FORBIDDEN' });
    expect(await told()).toEqual([]);
  });
});
