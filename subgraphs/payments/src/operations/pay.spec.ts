import { paymentCompleted, paymentFailed } from '@frontrow/events/contracts/payments';
import { emittedOf } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { charge, pay, paymentOf, walletOf } from '../testing/calls.ts';
import { fanWith } from '../testing/fans.ts';
import { expectBalancedLedger } from '../testing/ledger.ts';
import { paymentsUnderTest } from '../testing/payments-under-test.ts';
import type { PaymentsUnderTest } from '../testing/payments-under-test.ts';
import { cancelled, created, reserve } from '../testing/reservations.ts';

let payments: PaymentsUnderTest;
beforeAll(async () => {
  payments = await paymentsUnderTest();
});
afterAll(async () => {
  await expectBalancedLedger(payments.database);
  await payments.close();
});

/** Alternates between the two replicas. */
const replica = (i: number) => (i % 2 ? payments : payments.replica);
const told = async (reservationId: string) => ({
  completed: (await emittedOf(payments.outbox, paymentCompleted)).filter(
    (event) => event.reservationId === reservationId,
  ),
  failed: (await emittedOf(payments.outbox, paymentFailed)).filter(
    (event) => event.reservationId === reservationId,
  ),
});

describe('pay', () => {
  it('takes the points, shows the payment and tells the others', async () => {
    const fan = await fanWith(payments, 200_000);
    const reservationId = await reserve(payments, fan, 154_000);
    const { data } = await pay(payments, fan, reservationId);
    expect(data.pay).toMatchObject({
      __typename: 'Payment',
      amount: 154_000,
      status: 'COMPLETED',
      failure: null,
      refundedAt: null,
      reservation: { id: reservationId },
    });
    expect(await walletOf(payments, fan)).toEqual({
      balance: 46_000,
      entries: [
        { kind: 'PAYMENT', amount: -154_000, balanceAfter: 46_000 },
        { kind: 'CHARGE', amount: 200_000, balanceAfter: 200_000 },
      ],
    });
    const { id: paymentId, createdAt: completedAt } = data.pay;
    expect(await told(reservationId)).toEqual({
      completed: [{ paymentId, reservationId, userId: fan.id, amount: 154_000, completedAt }],
      failed: [],
    });
  });

  it('fails for good when there are too few points, takes none, and tells the others', async () => {
    const fan = await fanWith(payments, 153_999);
    const reservationId = await reserve(payments, fan, 154_000);
    const key = newId();
    const first = await pay(payments, fan, reservationId, key);
    expect(first.data.pay).toMatchObject({
      __typename: 'Payment',
      amount: 154_000,
      status: 'FAILED',
      failure: 'INSUFFICIENT_POINTS',
    });
    expect((await told(reservationId)).failed).toEqual([
      {
        paymentId: first.data.pay.id,
        reservationId,
        userId: fan.id,
        amount: 154_000,
        failure: 'INSUFFICIENT_POINTS',
      },
    ]);

    // These points come too late: the reservation is being cancelled.
    await charge(payments, fan, 1);
    expect(await pay(payments, fan, reservationId, key)).toEqual(first);
    expect((await pay(payments, fan, reservationId)).data.pay).toMatchObject({
      code: 'RESERVATION_NOT_PAYABLE',
    });
    expect((await walletOf(payments, fan)).balance).toBe(154_000);
    expect((await told(reservationId)).completed).toEqual([]);
  });

  it('completes for free seats without a line in the ledger', async () => {
    const fan = await fanWith(payments, 0);
    const reservationId = await reserve(payments, fan, 0);
    expect((await pay(payments, fan, reservationId)).data.pay).toMatchObject({
      status: 'COMPLETED',
      amount: 0,
    });
    expect((await told(reservationId)).completed).toHaveLength(1);
    expect((await walletOf(payments, fan)).entries).toEqual([]);
  });

  it('takes the points once when the same call comes 20 times at once, and answers all alike', async () => {
    const fan = await fanWith(payments, 1_000);
    const reservationId = await reserve(payments, fan, 100);
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => pay(replica(i), fan, reservationId, key)),
    );
    expect(answers[0]?.data.pay).toMatchObject({ status: 'COMPLETED' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await walletOf(payments, fan)).balance).toBe(900);
    expect((await told(reservationId)).completed).toHaveLength(1);
  });

  it('makes one payment when 20 calls with different keys come at once', async () => {
    const fan = await fanWith(payments, 10_000);
    const reservationId = await reserve(payments, fan, 100);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => pay(replica(i), fan, reservationId)),
    );
    const outcomes = answers.map(({ data }) => data.pay.status ?? data.pay.code).sort();
    expect(outcomes).toEqual(['COMPLETED', ...Array<string>(19).fill('RESERVATION_NOT_PAYABLE')]);
    expect((await walletOf(payments, fan)).balance).toBe(9_900);
    expect((await told(reservationId)).completed).toHaveLength(1);
  });

  it('pays 10 of 50 reservations at once with the points for 10, and never overdraws the wallet', async () => {
    const fan = await fanWith(payments, 1_000);
    const reservationIds = await Promise.all(Array.from({ length: 50 }, () => reserve(payments, fan, 100)));
    const answers = await Promise.all(reservationIds.map((id, i) => pay(replica(i), fan, id)));
    const count = (status: string) => answers.filter(({ data }) => data.pay.status === status).length;
    expect([count('COMPLETED'), count('FAILED')]).toEqual([10, 40]);
    const { balance, entries } = await walletOf(payments, fan);
    expect(balance).toBe(0);
    expect(entries.map(({ balanceAfter }) => balanceAfter)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000,
    ]);
  });

  it('keeps wallet and ledger in step while charges and payments of one fan cross', async () => {
    const fan = await fanWith(payments, 1_000);
    const reservationIds = await Promise.all(Array.from({ length: 10 }, () => reserve(payments, fan, 100)));
    await Promise.all([
      ...reservationIds.map((id, i) => pay(replica(i), fan, id)),
      ...reservationIds.map((_id, i) => charge(replica(i + 1), fan, 7)),
    ]);
    expect((await walletOf(payments, fan)).balance).toBe(70);
  });

  it('is refused once the reservation has expired, whether or not the news of its expiry has come', async () => {
    const fan = await fanWith(payments, 1_000);
    const late = created(fan, 100, { expiresAt: new Date(Date.now() - 1) });
    await payments.hear(late);
    expect((await pay(payments, fan, late.subject)).data.pay).toMatchObject({
      code: 'RESERVATION_EXPIRED',
      retryable: false,
    });
    expect((await walletOf(payments, fan)).balance).toBe(1_000);
    expect(await paymentOf(payments, fan, late.subject)).toBeNull();
  });

  it('can be tried again, with the same key, when the reservation was not known yet', async () => {
    const fan = await fanWith(payments, 1_000);
    const event = created(fan, 100);
    const key = newId();
    expect((await pay(payments, fan, event.subject, key)).data.pay).toMatchObject({
      code: 'NOT_READY_YET',
      retryable: true,
    });
    await payments.hear(event);
    expect((await pay(payments, fan, event.subject, key)).data.pay).toMatchObject({ status: 'COMPLETED' });
  });

  it('waits for a reservation that was just given out, whichever replica hears of it', async () => {
    for (const hearing of [payments, payments.replica]) {
      const fan = await fanWith(payments, 1_000);
      const event = created(fan, 100);
      const paying = pay(payments, fan, event.subject);
      await hearing.hear(event);
      expect((await paying).data.pay).toMatchObject({ status: 'COMPLETED' });
    }
  });

  it('does not find, and does not wait for, a reservation that nobody gave out', async () => {
    const fan = await fanWith(payments, 1_000);
    const startedAt = performance.now();
    for (const unknown of [newId(), '', 'x']) {
      expect((await pay(payments, fan, unknown)).data.pay).toMatchObject({
        code: 'NOT_FOUND',
        retryable: false,
      });
    }
    expect(performance.now() - startedAt).toBeLessThan(1_900);
  });

  it('returns the balance that it leaves, also after another mutation of the same request', async () => {
    const fan = await fanWith(payments, 1_000);
    const reservationId = await reserve(payments, fan, 300);
    const { data } = await payments.execute(
      fan,
      `mutation ($charge: ChargePointsInput!, $pay: PayInput!) {
        chargePoints(input: $charge) { ... on PointEntry { wallet { id balance } } }
        pay(input: $pay) { ... on Payment { wallet { id balance } } }
      }`,
      { charge: { amount: 50, idempotencyKey: 'c' }, pay: { reservationId, idempotencyKey: 'p' } },
    );
    expect(data.chargePoints).toEqual({ wallet: { id: fan.id, balance: 1_050 } });
    expect(data.pay).toEqual({ wallet: { id: fan.id, balance: 750 } });
    await payments.hear(cancelled(fan, reservationId));
    const refunded = await payments.entities(
      fan,
      'Reservation',
      [{ id: reservationId }],
      'payment { status wallet { balance } }',
    );
    expect(refunded.data).toEqual([{ payment: { status: 'REFUNDED', wallet: { balance: 1_050 } } }]);
  });

  it('can be tried again when the wallet was not made yet, and costs the fan no seats', async () => {
    const fan = aFan();
    const reservationId = await reserve(payments, fan, 100);
    expect((await pay(payments, fan, reservationId)).data.pay).toMatchObject({
      code: 'NOT_READY_YET',
      retryable: true,
    });
    expect(await paymentOf(payments, fan, reservationId)).toBeNull();
  });

  it('refuses a key that was used for another reservation', async () => {
    const fan = await fanWith(payments, 1_000);
    const [one, other] = [await reserve(payments, fan, 100), await reserve(payments, fan, 100)];
    const key = newId();
    await pay(payments, fan, one, key);
    expect((await pay(payments, fan, other, key)).data.pay).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect((await walletOf(payments, fan)).balance).toBe(900);
    // The refusal was not stored, so another key can pay.
    expect((await pay(payments, fan, other)).data.pay).toMatchObject({ status: 'COMPLETED' });
  });

  it("does not pay somebody else's reservation, not even for an operator", async () => {
    const owner = await fanWith(payments, 1_000);
    const reservationId = await reserve(payments, owner, 100);
    const stranger = await fanWith(payments, 1_000);
    for (const other of [stranger, anOperator()]) {
      expect((await pay(payments, other, reservationId)).data.pay).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect((await walletOf(payments, stranger)).balance).toBe(1_000);
    expect((await walletOf(payments, owner)).balance).toBe(1_000);
  });

  it.each(['', 'no id', "' OR 1 = 1 -- ", '좌석', 'x'.repeat(100_000)])(
    'finds nothing to pay under what is no id',
    async (reservationId) => {
      const fan = await fanWith(payments, 1_000);
      expect((await pay(payments, fan, reservationId)).data.pay).toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  it.each(['', 'k'.repeat(129), 'k'.repeat(1_000_000)])(
    'refuses a key that is empty or too long',
    async (key) => {
      const fan = await fanWith(payments, 1_000);
      const reservationId = await reserve(payments, fan, 100);
      const { errors } = await pay(payments, fan, reservationId, key);
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: 'input.idempotencyKey',
      });
      expect((await walletOf(payments, fan)).balance).toBe(1_000);
    },
  );

  it('is for those who are logged in', async () => {
    const { errors } = await pay(payments, null, newId());
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
