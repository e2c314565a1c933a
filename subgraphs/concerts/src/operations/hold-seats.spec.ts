import { seatsHeld } from '@frontrow/events/contracts/concerts';
import type { NewEvent } from '@frontrow/events/contract';
import { deliver, emitted, emittedOf, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { audit, handlers, holdSeats, inDays, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';
import { cancelled, compensated, expired } from '../testing/purchase.ts';

let hall: Hall;
let onSale: OnSale;
let fan: Viewer;
let pass: string;

beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());
beforeEach(async () => {
  onSale = await putOnSale(hall, { concert: { maxSeatsPerFan: 4 } });
  fan = aFan();
  pass = await hall.admit(fan, onSale.concertId);
});

const seatIds = (...places: number[]) => places.map((place) => onSale.seats[place]?.id as string);
const hold = async (input: object, viewer = fan) => {
  const request = { scheduleId: onSale.scheduleId, admissionToken: pass, ...input };
  const { data, errors } = await holdSeats(hall.replicas[0], viewer, request);
  return errors === undefined ? data.holdSeats : { fault: errors[0]?.extensions?.['code'] };
};
const availability = async () => (await audit(hall, onSale.scheduleId)).counted;

describe('a hold', () => {
  it('has all the seats, in the order of the hall, until it expires', async () => {
    const before = Date.now();
    const held = await hold({ seatIds: seatIds(12, 11) });
    expect(held).toMatchObject({
      __typename: 'SeatHold',
      total: 200_000,
      reservation: { id: held.reservationId },
      seats: [
        { id: seatIds(11)[0], label: 'A-2-2', section: 'A', row: 2, number: 2, status: 'HELD', version: 1 },
        { id: seatIds(12)[0], label: 'A-2-3', section: 'A', row: 2, number: 3, status: 'HELD', version: 1 },
      ],
    });
    const lastsMs = Date.parse(held.expiresAt) - before;
    expect(lastsMs).toBeGreaterThanOrEqual(300_000);
    expect(lastsMs).toBeLessThan(305_000);
    expect(await availability()).toEqual({ held: 2, sold: 0 });
  });

  it('is published with the concert as it was shown', async () => {
    const ticketId = newId();
    const admissionToken = await hall.admit(fan, onSale.concertId, { ticketId });
    const held = await hold({ seatIds: seatIds(3), admissionToken });
    const events = (await emitted(hall.outbox)).filter(({ subject }) => subject === held.reservationId);
    expect(events.map(({ type }) => type)).toEqual(['seats.held.v1']);
    expect(seatsHeld.data.parse(events[0]?.data)).toMatchObject({
      userId: fan.id,
      ticketId,
      ...{ concertId: onSale.concertId, scheduleId: onSale.scheduleId },
      shown: { concertTitle: 'Winter Light', artist: 'The Northern Choir', venueName: 'Harbour Hall' },
      seats: [{ seatId: seatIds(3)[0], label: 'A-1-4', price: 100_000 }],
      expiresAt: held.expiresAt,
    });
  });

  it('is all or nothing: seats that somebody else has are named, and the others stay available', async () => {
    await hold({ seatIds: seatIds(5, 6) });
    const other = aFan();
    const admissionToken = await hall.admit(other, onSale.concertId);
    const answer = await hold({ seatIds: seatIds(4, 5, 6, 7), admissionToken }, other);
    expect(answer).toMatchObject({ __typename: 'SeatsTaken' });
    expect(answer.seatIds.toSorted()).toEqual(seatIds(5, 6).toSorted());
    expect(await availability()).toEqual({ held: 2, sold: 0 });
  });

  it('counts towards what a fan may have of the concert, on all its dates', async () => {
    expect(await hold({ seatIds: seatIds(0, 1, 2) })).toMatchObject({ __typename: 'SeatHold' });
    expect(await hold({ seatIds: seatIds(3, 4) })).toMatchObject({ code: 'SEAT_LIMIT_EXCEEDED' });
    expect(await hold({ seatIds: seatIds(3) })).toMatchObject({ __typename: 'SeatHold' });
    expect(await hold({ bestAvailable: { count: 1 } })).toMatchObject({ code: 'SEAT_LIMIT_EXCEEDED' });
    expect(await availability()).toEqual({ held: 4, sold: 0 });
  });
});

describe('seats that are held and given back again and again', () => {
  const about = ({ reservationId }: { reservationId: string }) => ({
    ...{ reservationId, userId: fan.id, seatIds: seatIds(0) },
    ...{ concertId: onSale.concertId, scheduleId: onSale.scheduleId },
  });
  const end = (event: NewEvent) => deliver(hall.outbox, handlers, published(event));
  /** Lets the last pause pass until this many seconds of it are left. */
  const letTimePass = (seconds: number) =>
    hall.outbox.database.query(
      'UPDATE fan_seats SET last_unpaid_at = last_unpaid_at - INTERVAL ? SECOND WHERE user_id = ?',
      [seconds, fan.id],
    );
  const giveBack = async () => end(cancelled(about(await hold({ seatIds: seatIds(0) }))));

  it('cost a growing pause after the second time, which the refusal tells', async () => {
    for (let time = 0; time < 2; time++) await giveBack();
    for (const [pause, seconds] of [
      [10, 10],
      [20, 20],
      [40, 40],
    ] as const) {
      const refused = { code: 'TOO_MANY_UNPAID_HOLDS', retryable: true };
      for (const wish of [{ seatIds: seatIds(0) }, { bestAvailable: { count: 1 } }]) {
        const answer = await hold(wish);
        expect(answer).toMatchObject(refused);
        expect(answer.retryAfterSeconds).toBeGreaterThan(pause - 5);
        expect(answer.retryAfterSeconds).toBeLessThanOrEqual(pause);
      }
      expect(await availability()).toEqual({ held: 0, sold: 0 });
      await letTimePass(seconds);
      await giveBack();
    }
  });

  it('cost a pause whatever let the hold end, unless it was the system; and each end counts once', async () => {
    const [first, second] = [await hold({ seatIds: seatIds(0) }), await hold({ seatIds: seatIds(1) })];
    const third = await hold({ seatIds: seatIds(2) });
    for (let time = 0; time < 3; time++) await end(compensated(about(first)));
    for (let time = 0; time < 3; time++) await end(expired(about(second)));
    expect(await hold({ seatIds: seatIds(0) })).toMatchObject({ __typename: 'SeatHold' });
    await end(expired(about(third)));
    expect(await hold({ seatIds: seatIds(1) })).toMatchObject({ code: 'TOO_MANY_UNPAID_HOLDS' });
  });

  it('concern one fan at one concert only', async () => {
    for (let time = 0; time < 2; time++) await giveBack();
    const other = aFan();
    const admissionToken = await hall.admit(other, onSale.concertId);
    expect(await hold({ seatIds: seatIds(0), admissionToken }, other)).toMatchObject({
      __typename: 'SeatHold',
    });
    onSale = await putOnSale(hall);
    pass = await hall.admit(fan, onSale.concertId);
    expect(await hold({ seatIds: seatIds(0) })).toMatchObject({ __typename: 'SeatHold' });
  });

  it('do not affect a repeated call in the pause; and a refused call may succeed after it', async () => {
    const idempotencyKey = newId();
    const held = await hold({ seatIds: seatIds(0), idempotencyKey });
    await end(cancelled(about(held)));
    await giveBack();
    expect(await hold({ seatIds: seatIds(0), idempotencyKey })).toMatchObject({
      reservationId: held.reservationId,
    });
    const later = { seatIds: seatIds(0), idempotencyKey: newId() };
    expect(await hold(later)).toMatchObject({ code: 'TOO_MANY_UNPAID_HOLDS' });
    await letTimePass(10);
    expect(await hold(later)).toMatchObject({ __typename: 'SeatHold' });
  });
});

describe('bad input is refused and holds nothing', () => {
  const tenThousand = Array.from({ length: 10_000 }, newId);
  it.each<[string, string, () => object]>([
    ['both ways of choosing', 'BAD_USER_INPUT', () => ({ seatIds: seatIds(0), bestAvailable: { count: 1 } })],
    ['no way of choosing', 'BAD_USER_INPUT', () => ({})],
    ['an empty list', 'BAD_USER_INPUT', () => ({ seatIds: [] })],
    ['a seat twice', 'BAD_USER_INPUT', () => ({ seatIds: seatIds(0, 0) })],
    ['an empty key', 'BAD_USER_INPUT', () => ({ seatIds: seatIds(0), idempotencyKey: '' })],
    ['a key of 1 MB', 'BAD_USER_INPUT', () => ({ seatIds: seatIds(0), idempotencyKey: 'k'.repeat(1e6) })],
    ['a count of 0', 'BAD_USER_INPUT', () => ({ bestAvailable: { count: 0 } })],
    ['a negative count', 'BAD_USER_INPUT', () => ({ bestAvailable: { count: -4 } })],
    ['a negative price', 'BAD_USER_INPUT', () => ({ bestAvailable: { count: 1, maxPrice: -1 } })],
    ['five seats of four', 'SEAT_LIMIT_EXCEEDED', () => ({ seatIds: seatIds(0, 1, 2, 3, 4) })],
    ['10,000 seats', 'SEAT_LIMIT_EXCEEDED', () => ({ seatIds: tenThousand })],
    [
      'the same seat 10,000 times',
      'SEAT_LIMIT_EXCEEDED',
      () => ({ seatIds: Array(10_000).fill(seatIds(0)[0]) }),
    ],
    ['an absurd count', 'SEAT_LIMIT_EXCEEDED', () => ({ bestAvailable: { count: 2_147_483_647 } })],
    ['an unknown seat', 'NOT_FOUND', () => ({ seatIds: [...seatIds(0), newId()] })],
    ['a seat id that is not valid', 'NOT_FOUND', () => ({ seatIds: ["' OR 1=1 --"] })],
    ['an unknown schedule', 'NOT_FOUND', () => ({ seatIds: seatIds(0), scheduleId: newId() })],
    ['a schedule id that is not valid', 'NOT_FOUND', () => ({ seatIds: seatIds(0), scheduleId: '🎸' })],
    ['an unknown section', 'NOT_FOUND', () => ({ bestAvailable: { count: 1, section: 'Z' } })],
  ])('%s: %s', async (_what, code, input) => {
    const answer = await hold(input());
    expect(answer.code ?? answer.fault).toBe(code);
    expect(await availability()).toEqual({ held: 0, sold: 0 });
  });

  it('seats of another schedule: NOT_FOUND', async () => {
    const other = await putOnSale(hall);
    expect(await hold({ seatIds: [...seatIds(0), other.seats[0]?.id] })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await audit(hall, other.scheduleId)).recounted).toEqual({ held: 0, sold: 0 });
  });

  it('nobody logged in: UNAUTHENTICATED', async () => {
    const { errors } = await holdSeats(hall.replicas[0], null, {
      ...{ scheduleId: onSale.scheduleId, seatIds: seatIds(0), admissionToken: pass },
    });
    expect(errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });
});

describe('a sale', () => {
  it('that is not open yet holds nothing, and says that it will', async () => {
    onSale = await putOnSale(hall, { concert: { salesOpenAt: inDays(1) } });
    const admissionToken = await hall.admit(fan, onSale.concertId);
    const answer = await hold({ seatIds: seatIds(0), admissionToken });
    expect(answer).toMatchObject({ code: 'SALE_NOT_OPEN', retryable: true });
  });

  it('is over when the show begins', async () => {
    await hall.outbox.database.query('UPDATE schedules SET starts_at = ? WHERE id = ?', [
      new Date(),
      onSale.scheduleId,
    ]);
    expect(await hold({ seatIds: seatIds(0) })).toMatchObject({ code: 'SALE_NOT_OPEN', retryable: false });
  });
});

describe('a repeated call', () => {
  const key = { idempotencyKey: 'my only try' };

  it('gets the same answer for good, whatever became of seats, pass and ticket', async () => {
    const first = await hold({ seatIds: seatIds(0, 1), ...key });
    expect(first).toMatchObject({ __typename: 'SeatHold' });
    expect(await hold({ seatIds: seatIds(0, 1), ...key })).toEqual(first);
    expect(await hold({ seatIds: seatIds(1, 0), ...key })).toEqual(first);
    expect(await hold({ seatIds: seatIds(0, 1), ...key, admissionToken: 'expired long ago' })).toEqual(first);
    const newer = await hall.admit(fan, onSale.concertId);
    expect(await hold({ seatIds: seatIds(0, 1), ...key, admissionToken: newer })).toEqual(first);
    expect(await availability()).toEqual({ held: 2, sold: 0 });
    const told = await emittedOf(hall.outbox, seatsHeld);
    expect(told.filter(({ reservationId }) => reservationId === first.reservationId)).toHaveLength(1);
  });

  it('with other arguments is refused, whether or not their seats are available', async () => {
    await hold({ seatIds: seatIds(0), ...key });
    for (const other of [
      { seatIds: seatIds(0, 1) },
      { seatIds: seatIds(2) },
      { bestAvailable: { count: 1 } },
    ]) {
      expect(await hold({ ...other, ...key })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    }
    expect(await availability()).toEqual({ held: 1, sold: 0 });
  });

  it('may succeed when the first one was refused', async () => {
    const other = aFan();
    const admissionToken = await hall.admit(other, onSale.concertId);
    const blocking = await hold({ seatIds: seatIds(0), admissionToken }, other);
    expect(await hold({ seatIds: seatIds(0), ...key })).toMatchObject({ __typename: 'SeatsTaken' });
    await hall.outbox.database.query(`UPDATE seats SET status = 'AVAILABLE' WHERE reservation_id = ?`, [
      blocking.reservationId,
    ]);
    expect(await hold({ seatIds: seatIds(0), ...key })).toMatchObject({ __typename: 'SeatHold' });
  });

  it("is another call when another fan's key is the same", async () => {
    await hold({ seatIds: seatIds(0), ...key });
    const other = aFan();
    const admissionToken = await hall.admit(other, onSale.concertId);
    const answer = await hold({ seatIds: seatIds(1), admissionToken, ...key }, other);
    expect(answer).toMatchObject({ __typename: 'SeatHold' });
  });
});
