import { claimKey, effectOf, lookUpKeys } from '@frontrow/kit/idempotency';
import { takeIn } from '@frontrow/events/inbox';
import { move } from '../../../../../subgraphs/payments/src/domain/ledger.ts';
import { entities } from '../../../../../subgraphs/payments/src/storage/entities.ts';
import * as ledger from '../../../../../subgraphs/payments/src/storage/ledger-lines.ts';
import { migrations } from '../../../../../subgraphs/payments/src/storage/migrations.ts';
import * as payables from '../../../../../subgraphs/payments/src/storage/payables.ts';
import * as payments from '../../../../../subgraphs/payments/src/storage/payments.ts';
import * as wallets from '../../../../../subgraphs/payments/src/storage/wallets.ts';
import { at, errorOf, id } from './script.ts';
import type { StorageScript } from './script.ts';

const [fan, reservation, rich] = [id(1), id(2), id(5)];
const payable = {
  reservationId: reservation,
  userId: fan,
  total: 300,
  expiresAt: at(9),
  status: 'OPEN',
} as const;
const tombstone = { status: 'CLOSED', reservationId: id(3), userId: fan, reason: 'HOLD_EXPIRED' } as const;
const facts = { reservationId: reservation, userId: fan, amount: 300, createdAt: at(5) };
const paid = { ...facts, id: id(10), status: 'COMPLETED' } as const;
const failed = {
  ...{ ...facts, id: id(12), reservationId: id(3) },
  status: 'FAILED',
  failure: 'INSUFFICIENT_POINTS',
} as const;
const refunded = {
  ...paid,
  status: 'REFUNDED',
  refundedAt: at(8),
  refundReason: 'CANCELLED_BY_FAN',
} as const;
const movement = (balance: number, amount: number, first: number, userId = fan) =>
  move({ userId, balance }, { kind: amount > 0 ? 'CHARGE' : 'PAYMENT', amount, paymentId: null }, at(first), {
    movementId: id(first),
    entryId: id(first + 1),
    houseLineId: id(first + 2),
  });
const call = { userId: fan, key: 'Schlüssel', operation: 'pay', args: { reservation }, now: at(1) };
const events = [id(70), id(71)].map((event) => ({ id: event }) as any);

export const paymentsScript: StorageScript = {
  entities,
  migrations,
  calls: [
    (m) => wallets.insertWallets(m, [{ userId: fan, createdAt: at(0) }]),
    (m) =>
      wallets.insertWallets(
        m,
        [rich, fan].map((userId) => ({ userId, createdAt: at(1) })),
      ),
    (m) => wallets.findWallets(m, [fan, id(99)]),
    (m) => wallets.lockWallets(m, [rich, id(99), fan]),
    (m) => wallets.lockWallets(m, [fan], 'skip'),
    (m) => wallets.book(m, [movement(0, 1_000, 20), movement(0, 5_000_000_000, 40, rich)]),
    (m) => wallets.book(m, [movement(1_000, -300, 30), movement(700, 1, 50)]),
    (m) => wallets.book(m, [movement(1_000, -300, 60)]).catch(String),
    (m) => wallets.book(m, []),
    (m) => wallets.lockWallets(m, [rich, fan]),
    (m) => errorOf(m.query('UPDATE wallets SET balance = balance - 702')),
    (m) => ledger.findEntries(m, [id(21), id(22)]),
    (m) => ledger.findHistory(m, fan, 10, undefined),
    (m) => ledger.findHistory(m, fan, 10, 3),
    (m) => payables.insertPayables(m, [tombstone, payable, { ...payable, total: 1 }]),
    (m) => payables.insertPayables(m, [{ ...payable, total: 1 }]),
    (m) => payables.lockPayables(m, [id(3), id(4), reservation]),
    (m) =>
      payables.updatePayables(m, [
        { ...payable, status: 'PAID' },
        { ...tombstone, reason: 'COMPENSATED' },
      ]),
    (m) => payables.lockPayables(m, [reservation, id(3)], 'skip'),
    (m) => payables.findPayableIds(m, [fan, reservation, id(99)]),
    (m) => payments.insertPayments(m, [paid, failed]),
    (m) => errorOf(payments.insertPayments(m, [{ ...paid, id: id(11) }])),
    (m) => payments.findCompletedOf(m, [reservation, id(3)]),
    (m) => payments.markRefunded(m, [refunded]),
    (m) => payments.markRefunded(m, [refunded]).catch(String),
    (m) => payments.findPayments(m, [id(10), id(11)]),
    (m) => payments.findPaymentsOfReservations(m, [reservation, id(3)]),
    (m) => claimKey(m, call, id(80)),
    (m) => claimKey(m, call, id(81)),
    (m) => claimKey(m, { ...call, args: {} }, id(82)),
    (m) => effectOf(m, { ...call, key: 'schlüssel' }),
    async (m) => {
      const calls = [call, { ...call, key: 'other' }, { ...call, userId: id(99) }];
      const keys = await lookUpKeys(m, calls);
      const before = calls.map((one) => keys.effectOf(one));
      for (const one of calls.slice(1)) keys.use(one, id(83));
      await keys.store(m);
      return before;
    },
    (m) => effectOf(m, { ...call, key: 'other' }),
    (manager) => takeIn({ manager } as any, 'consumer', events.slice(0, 1)),
    (manager) => takeIn({ manager } as any, 'consumer', events),
  ],
};
