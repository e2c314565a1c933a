import { randomFrom } from '@frontrow/kit/testing/random';
import { setImmediate } from 'node:timers/promises';
import { seatsReleased, seatsSaleFailed, seatsSold } from '@frontrow/events/contracts/concerts';
import { reservationConfirmed } from '@frontrow/events/contracts/reservations';
import type { EventEnvelope, NewEvent } from '@frontrow/events/contract';
import { takeIn } from '@frontrow/events/inbox';
import { deliver, emitted, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { audit, handlers, holdSeats, openHall, putOnSale } from './testing/hall.ts';
import type { Hall, OnSale } from './testing/hall.ts';
import { cancelled, compensated, confirmed, expired } from './testing/purchase.ts';
import type { Purchase } from './testing/purchase.ts';

let hall: Hall;
let onSale: OnSale;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());
beforeEach(async () => {
  onSale = await putOnSale(hall);
});

async function aHold(...places: number[]): Promise<Purchase> {
  const fan = aFan();
  const seatIds = places.map((place) => onSale.seats[place]?.id as string);
  const { scheduleId, concertId } = onSale;
  const admissionToken = await hall.admit(fan, concertId);
  const { data } = await holdSeats(hall.replicas[0], fan, { scheduleId, seatIds, admissionToken });
  return { reservationId: data.holdSeats.reservationId, userId: fan.id, concertId, scheduleId, seatIds };
}

const events = { confirmed, cancelled, expired, compensated };

/** Each time as a new event, so that the handler has to decide and the inbox cannot do it instead. */
const hear = (...told: NewEvent[]) =>
  told.reduce(
    (before, event) => before.then(() => deliver(hall.outbox, handlers, published(event))),
    Promise.resolve(),
  );

const toldAbout = async ({ reservationId }: Purchase): Promise<EventEnvelope[]> =>
  (await emitted(hall.outbox)).filter(
    ({ subject, type }) => subject === reservationId && type !== 'seats.held.v1',
  );

async function seats({ seatIds }: Purchase) {
  const { data } = await hall.replicas[1].execute(
    null,
    'query ($id: ID!) { schedule(id: $id) { seats { id status version } } }',
    { id: onSale.scheduleId },
  );
  const all = data.schedule.seats as { id: string; status: string; version: number }[];
  return all.filter(({ id }) => seatIds.includes(id)).map(({ status, version }) => ({ status, version }));
}

async function expectCleanAudit(count: { held: number; sold: number }): Promise<void> {
  expect(await audit(hall, onSale.scheduleId)).toEqual({
    counted: count,
    recounted: count,
    fansWhoseSeatsAreMiscounted: { fans: 0 },
  });
}

describe('held seats', () => {
  it('are SOLD when the reservation is confirmed', async () => {
    const purchase = await aHold(0, 1);
    await hear(confirmed(purchase));
    expect(await seats(purchase)).toEqual(Array(2).fill({ status: 'SOLD', version: 2 }));
    const [event, ...more] = await toldAbout(purchase);
    expect(more).toEqual([]);
    expect(event?.type).toBe('seats.sold.v1');
    expect(seatsSold.data.parse(event?.data).seatIds).toEqual(purchase.seatIds);
    await expectCleanAudit({ held: 0, sold: 2 });
  });

  it.each([
    ['cancelled', 'CANCELLED_BY_FAN'],
    ['expired', 'HOLD_EXPIRED'],
    ['compensated', 'COMPENSATED'],
  ] as const)('are AVAILABLE again when the reservation is %s', async (end, reason) => {
    const purchase = await aHold(0, 1);
    await hear(events[end](purchase));
    expect(await seats(purchase)).toEqual(Array(2).fill({ status: 'AVAILABLE', version: 2 }));
    const [event, ...more] = await toldAbout(purchase);
    expect(more).toEqual([]);
    expect(seatsReleased.data.parse(event?.data)).toEqual({
      ...{ reservationId: purchase.reservationId, scheduleId: onSale.scheduleId },
      ...{ seatIds: purchase.seatIds, reason },
    });
    await expectCleanAudit({ held: 0, sold: 0 });
  });

  it('can be held by somebody else then, and the first reservation no longer affects them', async () => {
    const first = await aHold(0, 1);
    await hear(expired(first));
    const second = await aHold(1, 2);
    await hear(confirmed(first), cancelled(first), expired(first));
    expect(await seats(second)).toEqual([
      { status: 'HELD', version: 3 },
      { status: 'HELD', version: 1 },
    ]);
    await expectCleanAudit({ held: 2, sold: 0 });
  });
});

describe('sold seats', () => {
  it.each(['cancelled', 'compensated'] as const)(
    'are AVAILABLE again when the purchase is %s',
    async (end) => {
      const purchase = await aHold(4);
      await hear(confirmed(purchase), events[end](purchase));
      expect(await seats(purchase)).toEqual([{ status: 'AVAILABLE', version: 3 }]);
      expect((await toldAbout(purchase)).map(({ type }) => type)).toEqual([
        'seats.sold.v1',
        'seats.released.v1',
      ]);
      await expectCleanAudit({ held: 0, sold: 0 });
    },
  );
});

describe('events that come twice, late or in another order', () => {
  const names = ['confirmed', 'cancelled', 'expired'] as const;
  const orders = names.flatMap((first) =>
    names.flatMap((second) => names.map((third) => [first, second, third])),
  );

  it.each(orders)('%s, %s, %s: end in one consistent state, and nothing is told twice', async (...order) => {
    const purchase = await aHold(0, 1, 2);
    for (const name of order) {
      const event = published(events[name](purchase));
      await deliver(hall.outbox, handlers, event);
      await deliver(hall.outbox, handlers, event);
    }
    const isSold = order.every((name) => name === 'confirmed');
    expect((await seats(purchase)).map(({ status }) => status)).toEqual(
      Array(3).fill(isSold ? 'SOLD' : 'AVAILABLE'),
    );
    const told = (await toldAbout(purchase)).map(({ type }) => type);
    const firstEnd = order.findIndex((name) => name !== 'confirmed');
    const confirmedLate = order.filter((name, i) => name === 'confirmed' && firstEnd !== -1 && i > firstEnd);
    expect(told).toEqual([
      ...(order[0] === 'confirmed' ? [seatsSold.type] : []),
      ...(isSold ? [] : [seatsReleased.type]),
      ...confirmedLate.map(() => seatsSaleFailed.type),
    ]);
    await expectCleanAudit({ held: 0, sold: isSold ? 3 : 0 });
  });

  it('about a hold that nobody knows release nothing, and sell nothing', async () => {
    const unknown = {
      ...{ reservationId: newId(), userId: newId(), seatIds: [onSale.seats[0]?.id as string] },
      ...{ concertId: onSale.concertId, scheduleId: onSale.scheduleId },
    };
    await hear(cancelled(unknown), expired(unknown), confirmed(unknown));
    expect((await toldAbout(unknown)).map(({ type }) => type)).toEqual(['seats.sale-failed.v1']);
    expect(await seats(unknown)).toEqual([{ status: 'AVAILABLE', version: 0 }]);
  });
});

/** As a consumer does it: many events of one type in one transaction. */
async function inOneTransaction(told: NewEvent[]): Promise<void> {
  const handler = handlers.find(({ contract }) => contract.type === told[0]?.type);
  const events = told.map(published);
  await hall.outbox.transaction(async (tx) => {
    await handler?.handle(tx, await takeIn(tx, 'test', events));
  });
}

const threeSections = ['A', 'B', 'C'].map((name) => ({ name, price: 1_000, rows: 2, seatsPerRow: 20 }));

describe('a batch', () => {
  it('decides about each event by itself: known holds, unknown ones, one that is told twice, one that was released', async () => {
    const [first, second, released] = await Promise.all([aHold(0, 1), aHold(2), aHold(3)]);
    await hear(expired(released));
    const unknown = { ...first, reservationId: newId() };
    await inOneTransaction([first, unknown, second, first, released].map(confirmed));
    expect((await toldAbout(first)).map(({ type }) => type)).toEqual([seatsSold.type]);
    expect((await toldAbout(second)).map(({ type }) => type)).toEqual([seatsSold.type]);
    expect((await toldAbout(unknown)).map(({ type }) => type)).toEqual([seatsSaleFailed.type]);
    expect((await toldAbout(released)).map(({ type }) => type)).toEqual([
      seatsReleased.type,
      seatsSaleFailed.type,
    ]);
    await expectCleanAudit({ held: 0, sold: 3 });
    await inOneTransaction([released, second, unknown, second].map(cancelled));
    await expectCleanAudit({ held: 0, sold: 2 });
  });

  it('publishes each answer in the trace of the event that it answers', async () => {
    const purchases = await Promise.all([aHold(0), aHold(1)]);
    const traceOf = (i: number) => `00-${String(i + 1).repeat(32)}-${'b'.repeat(16)}-01`;
    await hall.outbox.transaction(async (tx) => {
      const handler = handlers.find(({ contract }) => contract.type === reservationConfirmed.type);
      const events = purchases.map((purchase, i) => ({
        ...published(confirmed(purchase)),
        traceparent: traceOf(i),
      }));
      await handler?.handle(tx, events);
    });
    const told = await Promise.all(purchases.map(toldAbout));
    expect(told.map(([event]) => event?.traceparent)).toEqual([traceOf(0), traceOf(1)]);
  });

  it('with a hold that has lost its seats changes nothing, so that its events are handled one by one', async () => {
    const [good, odd] = await Promise.all([aHold(0), aHold(1)]);
    await hall.outbox.database.query('UPDATE seats SET reservation_id = ? WHERE id IN (?)', [
      newId(),
      odd.seatIds,
    ]);
    await expect(inOneTransaction([good, odd].map(confirmed))).rejects.toThrow('does not have the seats');
    expect(await toldAbout(good)).toEqual([]);
    await inOneTransaction([confirmed(good)]);
    expect((await audit(hall, onSale.scheduleId)).recounted).toEqual({ held: 1, sold: 1 });
  });
});

describe('batches that several replicas handle at once', () => {
  it('may be the very same: each hold is sold once, and nothing is told twice', async () => {
    const purchases = await Promise.all(Array.from({ length: 10 }, (_, i) => aHold(i)));
    await Promise.all([
      inOneTransaction(purchases.map(confirmed)),
      inOneTransaction(purchases.map(confirmed).reverse()),
    ]);
    for (const purchase of purchases) expect(await toldAbout(purchase)).toHaveLength(1);
    await expectCleanAudit({ held: 0, sold: 10 });
  });

  it('all count, also about the same holds and in another order', async () => {
    onSale = await putOnSale(hall, { sections: threeSections });
    const purchases = await Promise.all(Array.from({ length: 40 }, (_, i) => aHold(i, i + 40, i + 80)));
    await expectCleanAudit({ held: 120, sold: 0 });
    const batch = (from: number, to: number) => purchases.slice(from, to);
    await Promise.all([
      inOneTransaction(batch(0, 15).map(confirmed)),
      inOneTransaction(batch(10, 25).reverse().map(confirmed)),
      inOneTransaction(batch(20, 35).map(expired)),
      inOneTransaction(batch(25, 40).reverse().map(cancelled)),
    ]);
    await expectCleanAudit({ held: 0, sold: 60 });
  });

  it('meet fans who take and lose seats, and every seat is counted right in the end', async () => {
    onSale = await putOnSale(hall, { sections: threeSections });
    const { next, below, pick } = randomFrom();
    const fans = Array.from({ length: 20 }, () => aFan());
    const waiting: Purchase[] = [];
    let areBuying = true;
    const buy = async (replica: 0 | 1) => {
      for (let call = 0; call < 30; call++) {
        const fan = pick(fans);
        const first = below(118);
        const { concertId, scheduleId } = onSale;
        const { data, errors } = await holdSeats(hall.replicas[replica], fan, {
          ...{ scheduleId, admissionToken: await hall.admit(fan, concertId) },
          ...(call % 2 === 0
            ? { bestAvailable: { count: 2 } }
            : { seatIds: onSale.seats.slice(first, first + 3).map(({ id }) => id) }),
        });
        expect(errors).toBeUndefined();
        const { reservationId, seats = [] } = data.holdSeats;
        const seatIds = seats.map(({ id }: { id: string }) => id);
        if (reservationId) waiting.push({ reservationId, userId: fan.id, concertId, scheduleId, seatIds });
      }
    };
    const handle = async (...ends: ((purchase: Purchase) => NewEvent)[]) => {
      while (areBuying || waiting.length > 0) {
        const batch = waiting.splice(0, 10).toSorted(() => next() - 0.5);
        for (const end of batch.length > 0 ? ends : []) await inOneTransaction(batch.map(end));
        await setImmediate();
      }
    };
    const handling = [
      handle(expired),
      handle(cancelled),
      handle(confirmed, cancelled),
      handle(confirmed, expired),
    ];
    await Promise.all([0, 1, 0, 1, 0, 1, 0, 1].map((replica) => buy(replica as 0 | 1)));
    areBuying = false;
    await Promise.all(handling);
    await expectCleanAudit({ held: 0, sold: 0 });
    const [{ changes }] = await hall.outbox.database.query(
      'SELECT SUM(version) AS changes FROM seats WHERE schedule_id = ?',
      [onSale.scheduleId],
    );
    expect(Number(changes)).toBeGreaterThan(100);
  });
});
