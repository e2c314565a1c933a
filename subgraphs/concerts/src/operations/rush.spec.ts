import { randomFrom } from '@frontrow/kit/testing/random';
import { seatsHeld } from '@frontrow/events/contracts/concerts';
import { emittedOf } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { audit, holdSeats, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';

// Real calls at the same moment, through the connection pools of two replicas.

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

interface Outcome {
  readonly __typename: 'SeatHold' | 'SeatsTaken' | 'Refusal';
  readonly reservationId?: string;
  readonly code?: string;
  readonly seatIds?: string[];
  readonly seats?: { id: string; row: number; number: number }[];
}

interface Call {
  readonly fan: Viewer;
  readonly wish: object;
}

async function all(onSale: OnSale, calls: Call[]): Promise<Outcome[]> {
  const passes = await Promise.all(calls.map(({ fan }) => hall.admit(fan, onSale.concertId)));
  const answers = await Promise.all(
    calls.map(({ fan, wish }, i) =>
      holdSeats(hall.replicas[i % 2 === 0 ? 0 : 1], fan, {
        ...{ scheduleId: onSale.scheduleId, admissionToken: passes[i] },
        ...wish,
      }),
    ),
  );
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  return answers.map(({ data }) => data.holdSeats);
}

const held = (outcomes: Outcome[]) => outcomes.flatMap(({ seats = [] }) => seats.map(({ id }) => id));
const ofType = (outcomes: Outcome[], type: string) =>
  outcomes.filter(({ __typename }) => __typename === type);

async function expectCleanAudit(onSale: OnSale, seatsHeldNow: number): Promise<void> {
  const count = { held: seatsHeldNow, sold: 0 };
  expect(await audit(hall, onSale.scheduleId)).toEqual({
    counted: count,
    recounted: count,
    fansWhoseSeatsAreMiscounted: { fans: 0 },
  });
}

describe('in a rush', () => {
  it('one of 200 fans who want the same 4 seats gets them, and the others hear that they are taken', async () => {
    const onSale = await putOnSale(hall);
    const seatIds = onSale.seats.slice(0, 4).map(({ id }) => id);
    const outcomes = await all(
      onSale,
      Array.from({ length: 200 }, () => ({ fan: aFan(), wish: { seatIds } })),
    );
    expect(ofType(outcomes, 'SeatHold')).toHaveLength(1);
    expect(ofType(outcomes, 'SeatsTaken')).toHaveLength(199);
    for (const { seatIds: taken } of ofType(outcomes, 'SeatsTaken')) {
      expect(taken?.toSorted()).toEqual(seatIds);
    }
    await expectCleanAudit(onSale, 4);
  });

  it('300 buyers with random sets of up to 4 of 100 seats never share one', async () => {
    const onSale = await putOnSale(hall);
    const { below, pick } = randomFrom();
    const randomSeats = () => {
      const ids = Array.from({ length: 1 + below(4) }, () => pick(onSale.seats).id);
      return [...new Set(ids)];
    };
    const calls = Array.from({ length: 300 }, () => ({ fan: aFan(), wish: { seatIds: randomSeats() } }));
    const outcomes = await all(onSale, calls);

    const seats = held(outcomes);
    expect(new Set(seats).size).toBe(seats.length);
    expect(seats.length).toBeGreaterThan(50);
    // Refused fans were told which of their seats are taken.
    outcomes.forEach(({ __typename, seatIds = [] }, i) => {
      if (__typename !== 'SeatsTaken') return;
      expect(seatIds).not.toEqual([]);
      for (const each of [calls[i]!.wish.seatIds, seats])
        expect(each).toEqual(expect.arrayContaining(seatIds));
    });
    expect(ofType(outcomes, 'Refusal')).toEqual([]);
    await expectCleanAudit(onSale, seats.length);
    const told = (await emittedOf(hall.outbox, seatsHeld)).filter(
      ({ scheduleId }) => scheduleId === onSale.scheduleId,
    );
    expect(told.flatMap((event) => event.seats.map(({ seatId }) => seatId)).toSorted()).toEqual(
      seats.toSorted(),
    );
  });

  it('the same call 20 times at once is one hold with one answer', async () => {
    const onSale = await putOnSale(hall);
    for (const wish of [
      { seatIds: onSale.seats.slice(0, 2).map(({ id }) => id) },
      { bestAvailable: { count: 2 } },
    ]) {
      const fan = aFan();
      const call = { fan, wish: { ...wish, idempotencyKey: newId() } };
      const outcomes = await all(onSale, Array<Call>(20).fill(call));
      expect(outcomes[0]?.__typename).toBe('SeatHold');
      for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    }
    await expectCleanAudit(onSale, 4);
  });

  it('a fan who sends ten calls at once gets no more seats than the limit', async () => {
    const onSale = await putOnSale(hall, { concert: { maxSeatsPerFan: 5 } });
    const fan = aFan();
    const outcomes = await all(
      onSale,
      Array.from({ length: 10 }, (_, i) => ({
        fan,
        wish: { seatIds: onSale.seats.slice(2 * i, 2 * i + 2).map(({ id }) => id) },
      })),
    );
    expect(ofType(outcomes, 'SeatHold')).toHaveLength(2);
    expect(outcomes.filter(({ code }) => code === 'SEAT_LIMIT_EXCEEDED')).toHaveLength(8);
    await expectCleanAudit(onSale, 4);
  });

  it('50 fans who want the best two seats get 50 pairs, and the next one hears that none is left', async () => {
    const onSale = await putOnSale(hall);
    const wish = { bestAvailable: { count: 2 } };
    const outcomes = await all(
      onSale,
      Array.from({ length: 50 }, () => ({ fan: aFan(), wish })),
    );
    expect(ofType(outcomes, 'SeatHold')).toHaveLength(50);
    for (const { seats = [] } of outcomes) {
      const [left, right] = seats;
      expect(right).toMatchObject({ row: left?.row, number: (left?.number ?? 0) + 1 });
    }
    expect(new Set(held(outcomes)).size).toBe(100);
    await expectCleanAudit(onSale, 100);
    expect((await all(onSale, [{ fan: aFan(), wish }]))[0]?.code).toBe('NOT_ENOUGH_SEATS');
  });

  it('fans who name seats and fans who want the best ones never share one', async () => {
    const onSale = await putOnSale(hall);
    const calls = Array.from({ length: 120 }, (_, i) => ({
      fan: aFan(),
      wish:
        i % 2 === 0
          ? { bestAvailable: { count: 3 } }
          : { seatIds: [onSale.seats[i % 100]?.id, onSale.seats[(i + 1) % 100]?.id] },
    }));
    const outcomes = await all(onSale, calls);
    const seats = held(outcomes);
    expect(new Set(seats).size).toBe(seats.length);
    // The first fifty named pairs are all seats, and at least one of each pair is taken, or its fan would have got both.
    expect(seats.length).toBeGreaterThanOrEqual(50);
    for (const parity of [0, 1]) expect(held(outcomes.filter((_, i) => i % 2 === parity))).not.toEqual([]);
    await expectCleanAudit(onSale, seats.length);
  });
});
