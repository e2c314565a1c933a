import type { NewEvent } from '@frontrow/events/contract';
import { deliver, emitted, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { isRefusal } from '@frontrow/kit/refusal';
import { loseNextCommit } from '@frontrow/kit/testing/database';
import { randomFrom } from '@frontrow/kit/testing/random';
import { inTrace, newTraceparent } from '@frontrow/kit/trace';
import type { Viewer } from '@frontrow/kit/viewer';
import { handlers } from '../handlers.ts';
import { lockWallets } from '../storage/wallets.ts';
import { paymentOf, walletOf } from '../testing/calls.ts';
import { fanWith } from '../testing/fans.ts';
import { expectBalancedLedger } from '../testing/ledger.ts';
import { paymentsUnderTest } from '../testing/payments-under-test.ts';
import type { PaymentsUnderTest } from '../testing/payments-under-test.ts';
import { cancelled, compensated, confirmFailed, created, expired, reserve } from '../testing/reservations.ts';
import { movePoints } from './move-points.ts';
import type { PointsCall } from './move-points.ts';

let payments: PaymentsUnderTest;
beforeAll(async () => {
  payments = await paymentsUnderTest();
});
afterAll(async () => {
  await expectBalancedLedger(payments.database);
  await payments.close();
});

const paying = ({ id: userId }: Viewer, reservationId: string, idempotencyKey = newId()): PointsCall => ({
  ...{ kind: 'pay', userId, reservationId, mayStillCome: true, idempotencyKey },
});
const charging = ({ id: userId }: Viewer, amount: number, idempotencyKey = newId()): PointsCall => ({
  ...{ kind: 'charge', userId, amount, idempotencyKey },
});
const together = (...calls: PointsCall[]) => movePoints(payments.outbox, calls);
/** The outcome of a call, in one word. */
const shown = (outcome: Awaited<ReturnType<typeof together>>[number]) => {
  if (outcome === 'busy') return outcome;
  if (isRefusal(outcome)) return outcome.code;
  return 'status' in outcome ? outcome.status : outcome.balanceAfter;
};
const balanceOf = async (fan: Viewer) => (await walletOf(payments, fan)).balance;
const toldAbout = async (reservationId: string) =>
  (await emitted(payments.outbox)).filter(({ subject }) => subject === reservationId);

describe('charges and payments that go together', () => {
  it('each find what those before them left, and are answered each in its own way', async () => {
    const [fan, other, late] = [
      await fanWith(payments, 100),
      await fanWith(payments, 0),
      await fanWith(payments, 9),
    ];
    const [one, two, three] = [
      await reserve(payments, fan, 70),
      await reserve(payments, fan, 70),
      await reserve(payments, late, 10),
    ];
    const [key, unknown] = [newId(), newId()];
    const outcomes = await together(
      paying(fan, one),
      paying(other, two),
      charging(fan, 40, key),
      paying(fan, two),
      charging(fan, 40, key),
      charging(fan, 41, key),
      charging(fan, 0),
      paying(fan, unknown, key),
      paying(fan, unknown),
      paying(late, three),
      charging(late, 1),
      paying(late, three),
    );
    expect(outcomes.map(shown)).toEqual([
      ...['COMPLETED', 'NOT_FOUND', 70, 'COMPLETED', 70, 'IDEMPOTENCY_KEY_REUSED', 'AMOUNT_OUT_OF_RANGE'],
      ...['IDEMPOTENCY_KEY_REUSED', 'NOT_READY_YET', 'FAILED', 10, 'RESERVATION_NOT_PAYABLE'],
    ]);
    expect(outcomes[4]).toEqual(outcomes[2]);
    expect([await balanceOf(fan), await balanceOf(other), await balanceOf(late)]).toEqual([0, 0, 10]);
    expect((await walletOf(payments, fan)).entries.map(({ balanceAfter }) => balanceAfter)).toEqual([
      0, 70, 30, 100,
    ]);
    for (const id of [one, two, three]) expect(await toldAbout(id)).toHaveLength(1);
  });

  it('leave the key of a refused call free', async () => {
    const fan = await fanWith(payments, 0);
    const key = newId();
    expect((await together(charging(fan, 0, key), charging(fan, 5, key))).map(shown)).toEqual([
      'AMOUNT_OUT_OF_RANGE',
      5,
    ]);
  });

  it('are published each in the trace of its request', async () => {
    const fan = await fanWith(payments, 100);
    const ids = [
      await reserve(payments, fan, 1),
      await reserve(payments, fan, 1),
      await reserve(payments, fan, 1),
    ];
    const traces = ids.map(() => newTraceparent());
    await Promise.all(
      ids.map((reservationId, i) =>
        inTrace(traces[i], () =>
          payments.till.pay({ userId: fan.id, reservationId, mayStillCome: false, idempotencyKey: newId() }),
        ),
      ),
    );
    const told = await Promise.all(ids.map(toldAbout));
    expect(told.map(([event]) => event?.traceparent)).toEqual(traces);
  });

  it('happen once, and are answered the same, when the answer to their COMMIT is lost', async () => {
    const [fan, other] = [await fanWith(payments, 100), await fanWith(payments, 0)];
    const reservationId = await reserve(payments, fan, 70);
    const calls = [paying(fan, reservationId), charging(other, 5), charging(fan, 1)];
    loseNextCommit(payments.database);
    const outcomes = await together(...calls);
    expect(outcomes.map(shown)).toEqual(['COMPLETED', 5, 31]);
    expect(await balanceOf(fan)).toBe(31);
    expect(await together(...calls.toReversed())).toEqual(outcomes.toReversed());
    expect(await toldAbout(reservationId)).toHaveLength(1);
  });

  it('do not wait for a wallet that another transaction has locked; that call is made when it can be', async () => {
    const [blocked, fan] = [await fanWith(payments, 0), await fanWith(payments, 0)];
    const charge = ({ id: userId }: Viewer) =>
      payments.till.charge({ userId, amount: 5, idempotencyKey: newId() });
    const waiting = await payments.replica.outbox.transaction(async ({ manager }) => {
      await lockWallets(manager, [blocked.id]);
      const blockedCharge = charge(blocked);
      // One call is in the same group, the other comes after it.
      expect(await charge(fan)).toMatchObject({ balanceAfter: 5 });
      expect(await charge(fan)).toMatchObject({ balanceAfter: 10 });
      return { blockedCharge };
    });
    expect(await waiting.blockedCharge).toMatchObject({ balanceAfter: 5 });
  });

  it('do not fail because one of them cannot be stored', async () => {
    const fans = [await fanWith(payments, 10), await fanWith(payments, 10), await fanWith(payments, 10)];
    const ids = await Promise.all(fans.map((fan) => reserve(payments, fan, 1)));
    // A payment that the payable does not know about.
    await payments.database.query(
      `INSERT INTO payments (id, reservation_id, user_id, amount, status, created_at) VALUES (?, ?, ?, 1, 'COMPLETED', NOW(3))`,
      [newId(), ids[1], fans[1]?.id],
    );
    const calls = fans.map(({ id: userId }, i) => ({
      ...{ userId, reservationId: ids[i] as string, mayStillCome: false, idempotencyKey: newId() },
    }));
    const outcomes = await Promise.allSettled(calls.map((call) => payments.till.pay(call)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await Promise.all(fans.map(balanceOf))).toEqual([9, 10, 9]);
    await payments.database.query('DELETE FROM payments WHERE reservation_id = ?', [ids[1]]);
  });
});

describe('events that are handled together', () => {
  it('close, refund and leave tombstones, each for its own reservation, once', async () => {
    const [fan, other] = [await fanWith(payments, 1_000), await fanWith(payments, 1_000)];
    const [open, paid, alsoPaid, others, early] = [
      ...[
        await reserve(payments, fan, 1),
        await reserve(payments, fan, 20),
        await reserve(payments, fan, 300),
      ],
      ...[await reserve(payments, other, 4), newId()],
    ] as [string, string, string, string, string];
    await together(paying(fan, paid), paying(fan, alsoPaid), paying(other, others));
    await payments.hear(
      ...[
        cancelled(fan, alsoPaid, 'SALE_FAILED'),
        cancelled(other, others),
        cancelled(fan, early, 'COMPENSATED'),
      ],
      ...[cancelled(fan, open), cancelled(fan, paid), cancelled(fan, alsoPaid), cancelled(fan, early)],
    );
    await payments.hear(created(fan, 5, { reservationId: early }), created(fan, 1, { reservationId: open }));
    expect((await walletOf(payments, fan)).entries.slice(0, 2)).toEqual([
      { kind: 'REFUND', amount: 20, balanceAfter: 1_000 },
      { kind: 'REFUND', amount: 300, balanceAfter: 980 },
    ]);
    expect(await balanceOf(other)).toBe(1_000);
    expect((await together(paying(fan, early), paying(fan, open))).map(shown)).toEqual([
      'RESERVATION_NOT_PAYABLE',
      'RESERVATION_NOT_PAYABLE',
    ]);
    expect((await toldAbout(alsoPaid)).map(({ data }) => (data as { reason?: string }).reason)).toEqual([
      undefined,
      'SALE_FAILED',
    ]);
  });

  it('have their effect once when two replicas get the same batch while fans pay', async () => {
    const fans = await Promise.all(Array.from({ length: 15 }, () => fanWith(payments, 100)));
    const ids = await Promise.all(fans.map((fan) => reserve(payments, fan, 60)));
    const batch = fans.map((fan, i) => published(expired(fan, ids[i] as string)));
    await Promise.all([
      ...fans.map((fan, i) => together(paying(fan, ids[i] as string))),
      deliver(payments.outbox, handlers, ...batch),
      deliver(payments.replica.outbox, handlers, ...batch.toReversed()),
    ]);
    for (const [i, fan] of fans.entries()) {
      expect(await balanceOf(fan)).toBe(100);
      expect(['REFUNDED', undefined]).toContain((await paymentOf(payments, fan, ids[i] as string))?.status);
    }
  });
});

it('in whatever groups they are handled, calls and events have the same effects as one by one', async () => {
  const { next, below, groups } = randomFrom();
  const world = async () => {
    const fans = await Promise.all(Array.from({ length: 3 }, () => fanWith(payments, 500)));
    return {
      fans,
      reservations: Array.from({ length: 8 }, () => newId()),
      keys: Array.from({ length: 6 }, newId),
    };
  };
  type World = Awaited<ReturnType<typeof world>>;
  const [alone, grouped] = [await world(), await world()];
  const answers: [unknown[], unknown[]] = [[], []];
  const kinds: ((of: World, reservation: number) => NewEvent)[] = [
    (of, n) => created(fanOf(of, n), 10 * n, { reservationId: of.reservations[n] as string }),
    (of, n) => cancelled(fanOf(of, n), of.reservations[n] as string),
    (of, n) => expired(fanOf(of, n), of.reservations[n] as string),
    (of, n) => confirmFailed(of.reservations[n] as string),
    (of, n) => compensated(fanOf(of, n), of.reservations[n] as string),
  ];
  for (let round = 0; round < 30; round++) {
    const size = 1 + below(9);
    if (next() < 0.5) {
      const kind = kinds[next() < 0.6 ? 0 : below(kinds.length)] as (typeof kinds)[number];
      const about = Array.from({ length: size }, () => below(8));
      for (const n of about) await payments.hear(kind(alone, n));
      for (const group of groups(about, 9)) await payments.hear(...group.map((n) => kind(grouped, n)));
    } else {
      const wishes = Array.from({ length: size }, () => ({
        n: below(8),
        key: next() < 0.5 ? below(6) : -1,
        amount: below(60),
        isCharge: next() < 0.3,
      }));
      const callOf = (of: World, { n, key, amount, isCharge }: (typeof wishes)[number]) =>
        isCharge
          ? charging(fanOf(of, n), amount, of.keys[key])
          : paying(fanOf(of, n), of.reservations[n] as string, of.keys[key]);
      for (const wish of wishes) answers[0].push(...(await together(callOf(alone, wish))).map(shown));
      for (const group of groups(wishes, 9)) {
        answers[1].push(...(await together(...group.map((wish) => callOf(grouped, wish)))).map(shown));
      }
    }
  }
  const endOf = async (of: World) => ({
    wallets: await Promise.all(of.fans.map((fan) => walletOf(payments, fan))),
    told: await Promise.all(
      of.reservations.map(async (id) =>
        (await toldAbout(id)).map(({ type, data }) => [type, (data as { reason?: string }).reason]),
      ),
    ),
  });
  expect({ answers: answers[1], ...(await endOf(grouped)) }).toEqual({
    answers: answers[0],
    ...(await endOf(alone)),
  });
});

const fanOf = ({ fans }: { fans: Viewer[] }, reservation: number) =>
  fans[reservation % fans.length] as Viewer;
