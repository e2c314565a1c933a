import { userRegistered } from '@frontrow/events/contracts/users';
import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { charge, pay, walletOf } from '../testing/calls.ts';
import { fanWith, give } from '../testing/fans.ts';
import { expectBalancedLedger } from '../testing/ledger.ts';
import { paymentsUnderTest } from '../testing/payments-under-test.ts';
import type { PaymentsUnderTest } from '../testing/payments-under-test.ts';
import { reserve } from '../testing/reservations.ts';

let payments: PaymentsUnderTest;
beforeAll(async () => {
  payments = await paymentsUnderTest();
});
afterAll(async () => {
  await expectBalancedLedger(payments.database);
  await payments.close();
});

describe('chargePoints', () => {
  it('puts the points into the wallet and into its history', async () => {
    const fan = await fanWith(payments, 0);
    const { data } = await charge(payments, fan, 70_000);
    expect(data.chargePoints).toMatchObject({
      __typename: 'PointEntry',
      kind: 'CHARGE',
      amount: 70_000,
      balanceAfter: 70_000,
      payment: null,
    });
    await charge(payments, fan, 5);
    expect(await walletOf(payments, fan)).toEqual({
      balance: 70_005,
      entries: [
        { kind: 'CHARGE', amount: 5, balanceAfter: 70_005 },
        { kind: 'CHARGE', amount: 70_000, balanceAfter: 70_000 },
      ],
    });
  });

  it('charges once for 20 calls with one key at once, on two replicas, and answers all of them alike', async () => {
    const fan = await fanWith(payments, 0);
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => charge(i % 2 ? payments : payments.replica, fan, 3_000, key)),
    );
    expect(answers[0]?.data.chargePoints).toMatchObject({ __typename: 'PointEntry', amount: 3_000 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await walletOf(payments, fan)).balance).toBe(3_000);
  });

  it('gives the first answer for good, also when the same charge would be refused by now', async () => {
    const fan = await fanWith(payments, 0);
    const key = newId();
    const first = await charge(payments, fan, 10_000_000, key);
    await give(payments, fan, 1_990_000_000);
    expect(await charge(payments, fan, 10_000_000, key)).toEqual(first);
    expect((await charge(payments, fan, 10_000_000)).data.chargePoints).toMatchObject({
      code: 'AMOUNT_OUT_OF_RANGE',
    });
  });

  it('adds up 40 charges at once', async () => {
    const fan = await fanWith(payments, 0);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => charge(i % 2 ? payments : payments.replica, fan, 100)),
    );
    const { balance, entries } = await walletOf(payments, fan);
    expect(balance).toBe(4_000);
    expect(entries.map(({ balanceAfter }) => balanceAfter)).toEqual(
      Array.from({ length: 40 }, (_, i) => 4_000 - i * 100),
    );
  });

  it('refuses a key that came with another amount, or with another mutation', async () => {
    const fan = await fanWith(payments, 0);
    const reservationId = await reserve(payments, fan, 10);
    const key = newId();
    await charge(payments, fan, 100, key);
    const refused = { code: 'IDEMPOTENCY_KEY_REUSED', retryable: false };
    expect((await charge(payments, fan, 101, key)).data.chargePoints).toMatchObject(refused);
    expect((await pay(payments, fan, reservationId, key)).data.pay).toMatchObject(refused);
    expect((await walletOf(payments, fan)).balance).toBe(100);
  });

  it('takes the same key from two fans as two keys', async () => {
    const [one, other] = [await fanWith(payments, 0), await fanWith(payments, 0)];
    const key = newId();
    await charge(payments, one, 100, key);
    await charge(payments, other, 200, key);
    expect((await walletOf(payments, one)).balance).toBe(100);
    expect((await walletOf(payments, other)).balance).toBe(200);
  });

  it.each([0, -1, -2_147_483_648, 10_000_001, 2_147_483_647])('refuses %d points', async (amount) => {
    const fan = await fanWith(payments, 10);
    const { data } = await charge(payments, fan, amount);
    expect(data.chargePoints).toMatchObject({ code: 'AMOUNT_OUT_OF_RANGE', retryable: false });
    expect((await walletOf(payments, fan)).balance).toBe(10);
  });

  it.each([2_147_483_648, 0.5, '100', null])('does not take %p for an amount', async (amount) => {
    const fan = await fanWith(payments, 10);
    const { data, errors } = await charge(payments, fan, amount as number);
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await walletOf(payments, fan)).balance).toBe(10);
  });

  it('fills the wallet up to two billion points and no further', async () => {
    const fan = await fanWith(payments, 1_999_999_998);
    const charges = await Promise.all([1, 2, 3].map(() => charge(payments, fan, 1)));
    expect(charges.map(({ data }) => data.chargePoints.code ?? data.chargePoints.kind).sort()).toEqual([
      'AMOUNT_OUT_OF_RANGE',
      'CHARGE',
      'CHARGE',
    ]);
    expect((await walletOf(payments, fan)).balance).toBe(2_000_000_000);
  });

  it('can be tried again, with the same key, when the wallet has not been made yet', async () => {
    const fan = aFan();
    const key = newId();
    const early = await charge(payments, fan, 100, key);
    expect(early.data.chargePoints).toMatchObject({ code: 'NOT_READY_YET', retryable: true });
    const registered = userRegistered.about(fan.id, { userId: fan.id, name: '김민준' });
    await payments.hear(registered);
    expect((await charge(payments, fan, 100, key)).data.chargePoints).toMatchObject({ balanceAfter: 100 });
    // The news comes twice; the wallet keeps its points.
    await payments.hear(registered);
    expect((await walletOf(payments, fan)).balance).toBe(100);
  });

  it('waits for the wallet of a fan who has just registered, as a look at the wallet does', async () => {
    const fan = aFan();
    const charging = charge(payments, fan, 100);
    const looking = payments.entities(fan, 'User', [{ id: fan.id }], 'wallet { id }');
    await payments.replica.hear(userRegistered.about(fan.id, { userId: fan.id, name: '김민준' }));
    expect((await charging).data.chargePoints).toMatchObject({ balanceAfter: 100 });
    expect((await looking).data).toEqual([{ wallet: { id: fan.id } }]);
  });

  it.each(['', 'k'.repeat(129), 'k'.repeat(1_000_000)])(
    'refuses a key that is empty or too long',
    async (key) => {
      const fan = await fanWith(payments, 10);
      const { data, errors } = await charge(payments, fan, 100, key);
      expect(data).toBeNull();
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: 'input.idempotencyKey',
      });
      expect((await walletOf(payments, fan)).balance).toBe(10);
    },
  );

  it('is for those who are logged in', async () => {
    const { data, errors } = await charge(payments, null, 100);
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
