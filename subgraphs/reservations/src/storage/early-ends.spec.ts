import type { Transaction } from '@frontrow/events/outbox';
import { untilLockIsWaitedFor } from '@frontrow/kit/testing/lock-wait';
import { ofPaymentCompleted } from '../domain/news.ts';
import type { PaymentCompleted } from '../domain/reservation.ts';
import { takeNews } from '../operations/take-news.ts';
import { aHold, held, paid } from '../testing/holds.ts';
import { reservationsUnderTest, seen } from '../testing/service.ts';
import type { Replica, ServiceUnderTest } from '../testing/service.ts';

let service: ServiceUnderTest;
let replica: Replica;
beforeAll(async () => {
  service = await reservationsUnderTest();
  replica = await service.anotherReplica();
});
afterAll(() => service.stop());

const now = new Date();
const payment = (hold: ReturnType<typeof aHold>) => ({
  ...ofPaymentCompleted(paid(hold).data as PaymentCompleted, now),
  traceparent: undefined,
});

it('a hold that comes while a tombstone is being left waits, and then finds it', async () => {
  const hold = aHold();
  const handled = await service.outbox.transaction(async (tx) => {
    await takeNews(tx, [payment(hold)], now);
    const handling = replica.tell(held(hold));
    await untilLockIsWaitedFor(service.outbox.database, hold.reservationId);
    return { handling };
  });
  await handled.handling;
  expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', endedBecause: 'COMPENSATED' });
});

it('a hold that comes just before a tombstone is left is found after all', async () => {
  const hold = aHold();
  await service.outbox.transaction(async (tx) => {
    const other = () => replica.tell(held(hold));
    await takeNews(justBefore(tx, 'INSERT INTO early_ends', other), [payment(hold)], now);
  });
  expect(await seen(service, hold)).toMatchObject({ status: 'CONFIRMED' });
});

/** A transaction that does `first` just before it runs a statement with this beginning. */
function justBefore(tx: Transaction, statement: string, first: () => Promise<void>): Transaction {
  const manager = Object.create(tx.manager, {
    query: {
      value: async (sql: string, parameters: unknown[]) => {
        if (sql.startsWith(statement)) await first();
        return tx.manager.query(sql, parameters);
      },
    },
  });
  return { ...tx, manager };
}
