import type { NewEvent } from '@frontrow/events/contract';
import { toPublishedEnd } from '@frontrow/events/contracts/fields';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { emittedOf } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import type { Viewer } from '@frontrow/kit/viewer';
import { pay, paymentOf, walletOf } from '../testing/calls.ts';
import { fanWith, give } from '../testing/fans.ts';
import { expectBalancedLedger } from '../testing/ledger.ts';
import { paymentsUnderTest } from '../testing/payments-under-test.ts';
import type { PaymentsUnderTest } from '../testing/payments-under-test.ts';
import { cancelled, compensated, confirmFailed, created, expired, reserve } from '../testing/reservations.ts';

let payments: PaymentsUnderTest;
beforeAll(async () => {
  payments = await paymentsUnderTest();
});
afterAll(async () => {
  await expectBalancedLedger(payments.database);
  await payments.close();
});

const refundsOf = async (reservationId: string) =>
  (await emittedOf(payments.outbox, paymentRefunded)).filter(
    (event) => event.reservationId === reservationId,
  );

interface Ending {
  readonly ending: string;
  readonly newsOf: (fan: Viewer, id: string) => NewEvent;
  readonly reason: ReservationEnd;
}

/** Every kind of news that a reservation has ended, and the reason that a refund then gives. */
const endings: readonly Ending[] = [
  { ending: 'expired', newsOf: expired, reason: 'HOLD_EXPIRED' },
  { ending: 'cancelled by the fan', newsOf: cancelled, reason: 'CANCELLED_BY_FAN' },
  {
    ending: 'not sold',
    newsOf: (fan, id) => cancelled(fan, id, 'SALE_FAILED'),
    reason: 'SALE_FAILED',
  },
  {
    ending: 'not confirmed',
    newsOf: (_fan, id) => confirmFailed(id, 'COMPENSATED'),
    reason: 'COMPENSATED',
  },
  {
    ending: 'for a show that was cancelled',
    newsOf: (fan, id) => cancelled(fan, id, 'SHOW_CANCELLED'),
    reason: 'SHOW_CANCELLED',
  },
  { ending: 'compensated', newsOf: compensated, reason: 'COMPENSATED' },
];

describe.each(endings)('a reservation that is $ending after it was paid', ({ newsOf, reason }) => {
  it('gives the points back, once, however often the news comes', async () => {
    const fan = await fanWith(payments, 1_000);
    const id = await reserve(payments, fan, 400);
    const { data } = await pay(payments, fan, id);
    for (let i = 0; i < 3; i++) await payments.hear(newsOf(fan, id));

    expect(await walletOf(payments, fan)).toEqual({
      balance: 1_000,
      entries: [
        { kind: 'REFUND', amount: 400, balanceAfter: 1_000 },
        { kind: 'PAYMENT', amount: -400, balanceAfter: 600 },
        { kind: 'CHARGE', amount: 1_000, balanceAfter: 1_000 },
      ],
    });
    const payment = await paymentOf(payments, fan, id);
    expect(payment).toMatchObject({ status: 'REFUNDED', amount: 400 });
    expect(payment?.refundedAt).not.toBeNull();
    expect(await refundsOf(id)).toEqual([
      { paymentId: data.pay.id, reservationId: id, userId: fan.id, amount: 400, ...toPublishedEnd(reason) },
    ]);
  });
});

describe('a reservation that ends before it was paid', () => {
  it('can no longer be paid, and the refusal says why', async () => {
    const fan = await fanWith(payments, 1_000);
    const [late, unwanted] = [await reserve(payments, fan, 400), await reserve(payments, fan, 400)];
    const stuck = await reserve(payments, fan, 400);
    await payments.hear(expired(fan, late));
    await payments.hear(cancelled(fan, unwanted));
    await payments.hear(compensated(fan, stuck));
    expect((await pay(payments, fan, late)).data.pay).toMatchObject({ code: 'RESERVATION_EXPIRED' });
    for (const id of [unwanted, stuck]) {
      expect((await pay(payments, fan, id)).data.pay).toMatchObject({ code: 'RESERVATION_NOT_PAYABLE' });
    }
    expect((await walletOf(payments, fan)).balance).toBe(1_000);
    expect(await refundsOf(late)).toEqual([]);
  });

  it('cannot be paid either when the news of its end comes before that of its creation', async () => {
    const fan = await fanWith(payments, 1_000);
    const id = newId();
    await payments.hear(cancelled(fan, id));
    await payments.hear(created(fan, 400, { reservationId: id }));
    expect((await pay(payments, fan, id)).data.pay).toMatchObject({ code: 'RESERVATION_NOT_PAYABLE' });
    expect((await walletOf(payments, fan)).balance).toBe(1_000);
  });

  it('cannot be paid either when the news of creation and end comes at the same moment', async () => {
    const fan = await fanWith(payments, 1_000);
    const ids = Array.from({ length: 25 }, () => newId());
    await Promise.all(
      ids.flatMap((id) => [
        payments.hear(created(fan, 10, { reservationId: id })),
        payments.replica.hear(expired(fan, id)),
      ]),
    );
    for (const id of ids) {
      expect((await pay(payments, fan, id)).data.pay).toMatchObject({ code: 'RESERVATION_EXPIRED' });
    }
  });
});

describe('the end of a reservation whose payment failed', () => {
  it('moves no points', async () => {
    const fan = await fanWith(payments, 100);
    const id = await reserve(payments, fan, 400);
    await pay(payments, fan, id);
    await payments.hear(cancelled(fan, id, 'PAYMENT_FAILED'));
    await payments.hear(expired(fan, id));
    await payments.hear(confirmFailed(id));
    await payments.hear(compensated(fan, id));
    expect((await walletOf(payments, fan)).balance).toBe(100);
    expect(await paymentOf(payments, fan, id)).toMatchObject({ status: 'FAILED', refundedAt: null });
    expect(await refundsOf(id)).toEqual([]);
  });
});

describe('a payment that crosses the end of its reservation', () => {
  const steps = {
    pay: (fan: Viewer, id: string) => pay(payments, fan, id),
    expiry: (fan: Viewer, id: string) => payments.replica.hear(expired(fan, id)),
    cancellation: (fan: Viewer, id: string) => payments.hear(cancelled(fan, id)),
    'failed confirmation': (_fan: Viewer, id: string) => payments.replica.hear(confirmFailed(id)),
  };
  const orders = permutations(Object.keys(steps) as (keyof typeof steps)[]);

  const expectPointsBack = async (fan: Viewer, id: string) => {
    const { balance, entries } = await walletOf(payments, fan);
    const refunds = entries.filter(({ kind }) => kind === 'REFUND').length;
    const paid = entries.filter(({ kind }) => kind === 'PAYMENT').length;
    expect(balance).toBe(1_000);
    expect(refunds).toBe(paid);
    expect((await paymentOf(payments, fan, id))?.status).toBe(paid === 1 ? 'REFUNDED' : undefined);
    expect(await refundsOf(id)).toHaveLength(paid);
  };

  it.each(orders)('in the order %s, %s, %s, %s leaves the points with the fan', async (...order) => {
    const fan = await fanWith(payments, 1_000);
    const id = await reserve(payments, fan, 400);
    for (const step of order) await steps[step](fan, id);
    await expectPointsBack(fan, id);
  });

  it('at the same moment leaves the points with the fan, whoever comes first', async () => {
    await Promise.all(
      orders.map(async (order) => {
        const fan = await fanWith(payments, 1_000);
        const id = await reserve(payments, fan, 400);
        await Promise.all(order.map((step) => steps[step](fan, id)));
        await expectPointsBack(fan, id);
      }),
    );
  });

  it('leaves them with a fan who has many reservations that end while they pay', async () => {
    const fan = await fanWith(payments, 1_000);
    const ids = await Promise.all(Array.from({ length: 20 }, () => reserve(payments, fan, 40)));
    await Promise.all(ids.flatMap((id) => Object.values(steps).map((step) => step(fan, id))));
    expect((await walletOf(payments, fan)).balance).toBe(1_000);
  });

  it('is refunded into a wallet that is full by now, which stays readable', async () => {
    const fan = await fanWith(payments, 400);
    const id = await reserve(payments, fan, 400);
    await pay(payments, fan, id);
    await give(payments, fan, 2_147_483_500);
    await payments.hear(cancelled(fan, id));
    const { balance, entries } = await walletOf(payments, fan);
    expect([balance, entries[0]?.balanceAfter]).toEqual([2_147_483_647, 2_147_483_647]);
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
