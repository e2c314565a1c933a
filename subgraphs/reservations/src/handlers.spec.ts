import { userDeleted } from '@frontrow/events/contracts/users';
import { published, deliver } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { handlers } from './handlers.ts';
import { expireDueReservations } from './operations/expire-due-reservations.ts';
import {
  aHold,
  aHoldNobodyPaid,
  compensated,
  held,
  notPaid,
  notSold,
  paid,
  refunded,
} from './testing/holds.ts';
import { cancel, reservationsUnderTest, seen } from './testing/service.ts';
import type { ServiceUnderTest } from './testing/service.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await reservationsUnderTest();
});
afterAll(() => service.stop());

const typesToldAbout = async (reservationId: string) =>
  (await service.toldAbout(reservationId)).map(({ type }) => type);

describe('seats.held', () => {
  it('makes a pending reservation with the seats as sold, in their order, and publishes that', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    expect(await seen(service, hold)).toEqual({
      id: hold.reservationId,
      ...{ status: 'PENDING', total: 308_000, version: 1, seats: hold.seats },
      ...{ createdAt: hold.heldAt, expiresAt: hold.expiresAt },
      ...{ confirmedAt: null, endedAt: null, endedBecause: null },
      user: { id: hold.userId },
      concert: { id: hold.concertId },
      schedule: { id: hold.scheduleId },
    });
    const { reservationId, userId, ticketId, concertId, scheduleId, total, expiresAt } = hold;
    expect(await service.toldAbout(hold.reservationId)).toEqual([
      {
        type: 'reservation.created.v1',
        data: { reservationId, userId, ticketId, concertId, scheduleId, total, expiresAt },
      },
    ]);
  });

  it('takes the widest hold that its contract allows', async () => {
    const text = '가'.repeat(2_000);
    const seats = Array.from({ length: 10 }, () => ({ seatId: newId(), label: text, price: 2_000_000_000 }));
    const shown = { ...aHold().shown, concertTitle: text, artist: text, venueName: text };
    const hold = aHold({ shown, seats, total: 2_000_000_000 });
    await service.tell(held(hold), paid(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'CONFIRMED', seats, total: 2_000_000_000 });
    expect((await service.toldAbout(hold.reservationId)).at(-1)?.data).toMatchObject({ shown, seats });
  });

  it.each([
    ['PENDING', []],
    ['CONFIRMED', [paid]],
    ['CANCELLED', [notPaid]],
  ] as const)('changes nothing when it comes again for a reservation that is %s', async (status, before) => {
    const hold = aHold();
    await service.tell(held(hold), ...before.map((event) => event(hold)));
    const [state, told] = [await seen(service, hold), await service.toldAbout(hold.reservationId)];
    expect(state.status).toBe(status);
    await service.tell(held({ ...hold, seats: [{ seatId: newId(), label: 'R-1-1', price: 1 }] }));
    expect(await seen(service, hold)).toEqual(state);
    expect(await service.toldAbout(hold.reservationId)).toEqual(told);
  });

  it('that comes after its time makes a reservation all the same, which the clock then ends', async () => {
    const hold = aHoldNobodyPaid();
    await service.tell(held(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'PENDING' });
    await expireDueReservations(service.outbox, new Date());
    await service.tell(held(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'EXPIRED', version: 2 });
    expect(await typesToldAbout(hold.reservationId)).toEqual([
      'reservation.created.v1',
      'reservation.expired.v1',
    ]);
  });
});

describe('payment.completed', () => {
  it('confirms the reservation and publishes everything that a receipt shows, once', async () => {
    const hold = aHold();
    const payment = paid(hold);
    await service.tell(held(hold), payment, payment);
    const state = await seen(service, hold);
    expect(state).toMatchObject({ status: 'CONFIRMED', version: 2, endedAt: null });
    const { reservationId, userId, ticketId, concertId, scheduleId, shown, seats, total } = hold;
    expect((await service.toldAbout(reservationId)).slice(1)).toEqual([
      {
        type: 'reservation.confirmed.v1',
        data: {
          ...{ reservationId, userId, ticketId, concertId, scheduleId, shown, seats, total },
          paymentId: (payment.data as { paymentId: string }).paymentId,
          confirmedAt: state.confirmedAt,
        },
      },
    ]);
  });

  it('has its effect once when the same message comes twice', async () => {
    const hold = aHold();
    await service.tell(held(hold), notPaid(hold));
    const message = published(paid(hold));
    await deliver(service.outbox, handlers, message);
    await deliver(service.outbox, handlers, message);
    expect(await typesToldAbout(hold.reservationId)).toEqual([
      'reservation.created.v1',
      'reservation.cancelled.v1',
      'reservation.confirm-failed.v1',
    ]);
  });

  it.each([
    ['PAYMENT_FAILED', (hold: ReturnType<typeof aHold>) => service.tell(notPaid(hold))],
    ['HOLD_EXPIRED', () => expireDueReservations(service.outbox, new Date())],
    [
      'CANCELLED_BY_FAN',
      (hold: ReturnType<typeof aHold>) => cancel(service, aFan(hold.userId), hold.reservationId),
    ],
  ] as const)('asks for a refund after %s, and leaves the end as it was', async (reason, end) => {
    const hold = aHoldNobodyPaid();
    await service.tell(held(hold));
    await end(hold);
    const ended = await seen(service, hold);
    expect(ended.endedBecause).toBe(reason);
    const payment = paid(hold);
    await service.tell(payment);
    // The payment is noted for followers.
    expect(await seen(service, hold)).toEqual({ ...ended, version: Number(ended.version) + 1 });
    const { paymentId } = payment.data as { paymentId: string };
    expect((await service.toldAbout(hold.reservationId)).at(-1)).toEqual({
      type: 'reservation.confirm-failed.v1',
      data: { reservationId: hold.reservationId, paymentId, reason },
    });
  });

  it('for an unknown reservation asks for a refund; seats held later are given up at once', async () => {
    const hold = aHold();
    await service.tell(paid(hold));
    expect(await seen(service, hold)).toBeNull();
    await service.tell(held(hold), held(hold), paid(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', endedBecause: 'COMPENSATED' });
    expect(await typesToldAbout(hold.reservationId)).toEqual([
      'reservation.confirm-failed.v1',
      'reservation.created.v1',
      'reservation.cancelled.v1',
      'reservation.confirm-failed.v1',
    ]);
  });
});

describe('payment.failed', () => {
  it('cancels the reservation and publishes that, once', async () => {
    const hold = aHold();
    await service.tell(held(hold), notPaid(hold), notPaid(hold));
    expect(await seen(service, hold)).toMatchObject({
      ...{ status: 'CANCELLED', endedBecause: 'PAYMENT_FAILED', version: 2, confirmedAt: null },
      endedAt: expect.any(String),
    });
    const { reservationId, userId, ticketId, concertId, scheduleId } = hold;
    expect((await service.toldAbout(reservationId)).slice(1)).toEqual([
      {
        type: 'reservation.cancelled.v1',
        data: { reservationId, userId, ticketId, concertId, scheduleId, reason: 'PAYMENT_FAILED' },
      },
    ]);
  });

  it('that comes before its reservation ends it when it is created', async () => {
    const hold = aHold();
    await service.tell(notPaid(hold), held(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', endedBecause: 'PAYMENT_FAILED' });
  });
});

describe('seats.sale-failed', () => {
  it('cancels the reservation, keeps when it was confirmed, and publishes that, once', async () => {
    const hold = aHold();
    await service.tell(held(hold), paid(hold));
    const { confirmedAt } = await seen(service, hold);
    await service.tell(notSold(hold), notSold(hold));
    expect(await seen(service, hold)).toMatchObject({
      ...{ status: 'CANCELLED', endedBecause: 'SALE_FAILED', version: 3, confirmedAt },
    });
    expect(await typesToldAbout(hold.reservationId)).toEqual([
      'reservation.created.v1',
      'reservation.confirmed.v1',
      'reservation.cancelled.v1',
    ]);
  });

  it('that comes before its reservation ends it when it is created', async () => {
    const hold = aHold();
    await service.tell(notSold(hold), held(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', endedBecause: 'SALE_FAILED' });
  });
});

describe('payment.refunded', () => {
  it('is noted once, and tells nobody else', async () => {
    const hold = aHold();
    await service.tell(held(hold), paid(hold));
    await cancel(service, aFan(hold.userId), hold.reservationId);
    const told = await service.toldAbout(hold.reservationId);
    await service.tell(refunded(hold), refunded(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', version: 4 });
    expect(await service.toldAbout(hold.reservationId)).toEqual(told);
  });

  it('for an unknown reservation leaves nothing behind', async () => {
    const hold = aHold();
    await service.tell(refunded(hold), held(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'PENDING', version: 1 });
  });
});

describe('saga.compensation-requested', () => {
  it.each([
    ['PENDING', []],
    ['CONFIRMED', [paid]],
  ] as const)('cancels a reservation that is %s, and publishes that, once', async (status, before) => {
    const hold = aHold();
    await service.tell(held(hold), ...before.map((event) => event(hold)));
    expect(await seen(service, hold)).toMatchObject({ status });
    await service.tell(compensated(hold), compensated(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', endedBecause: 'COMPENSATED' });
    const told = await typesToldAbout(hold.reservationId);
    expect(told.filter((type) => type === 'reservation.cancelled.v1')).toHaveLength(1);
  });

  it('that comes before its reservation ends it when it is created', async () => {
    const hold = aHold();
    await service.tell(compensated(hold), held(hold), paid(hold));
    expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', endedBecause: 'COMPENSATED' });
    expect(await typesToldAbout(hold.reservationId)).toEqual([
      'reservation.created.v1',
      'reservation.cancelled.v1',
      'reservation.confirm-failed.v1',
    ]);
  });
});

it('a payment and its hold, handled at the same moment by two replicas, always agree', async () => {
  const replica = await service.anotherReplica();
  const holds = Array.from({ length: 60 }, () => aHold());
  await Promise.all(holds.flatMap((hold) => [service.tell(held(hold)), replica.tell(paid(hold))]));
  for (const hold of holds) {
    const { status } = await seen(service, hold);
    const told = (await typesToldAbout(hold.reservationId)).toSorted();
    expect([status, ...told]).toEqual(
      status === 'CONFIRMED'
        ? ['CONFIRMED', 'reservation.confirmed.v1', 'reservation.created.v1']
        : [
            'CANCELLED',
            'reservation.cancelled.v1',
            'reservation.confirm-failed.v1',
            'reservation.created.v1',
          ],
    );
  }
});

describe('user.deleted', () => {
  it('cancels what the fan holds, and leaves what is paid, and what others hold', async () => {
    const { userId } = aHold();
    const [unpaid, bought, other] = [{ ...aHold(), userId }, { ...aHold(), userId }, aHold()];
    await service.tell(held(unpaid), held(bought), held(other));
    await service.tell(paid(bought));
    await service.tell(userDeleted.about(userId, { userId, deletedAt: new Date().toISOString() }));
    expect(await seen(service, unpaid)).toMatchObject({
      ...{ status: 'CANCELLED', endedBecause: 'CANCELLED_BY_FAN' },
    });
    expect(await seen(service, bought)).toMatchObject({ status: 'CONFIRMED' });
    expect(await seen(service, other)).toMatchObject({ status: 'PENDING' });
    expect((await typesToldAbout(unpaid.reservationId)).at(-1)).toBe('reservation.cancelled.v1');
  });
});
