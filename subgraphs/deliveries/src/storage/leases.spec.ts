import { newId } from '@frontrow/kit/ids';
import { listed } from '../testing/answers.ts';
import { deliveriesUnderTest } from '../testing/deliveries-under-test.ts';
import type { DeliveriesUnderTest } from '../testing/deliveries-under-test.ts';
import { aHistory, told } from '../testing/events.ts';
import { lockDelivery } from './deliveries.ts';
import { leaseDue, settle } from './leases.ts';
import type { Claim } from './leases.ts';

let service: DeliveriesUnderTest;
beforeEach(async () => {
  service = await deliveriesUnderTest({ targets: ['DATA_PLATFORM'] });
});
afterEach(() => service.close());

const claim = (over: Partial<Claim> = {}): Claim => {
  const now = new Date();
  const leasedUntil = new Date(now.getTime() + 10_000);
  return { target: 'DATA_PLATFORM', count: 100, lease: newId(), leasedUntil, now, ...over };
};
const lease = (over: Partial<Claim> = {}) =>
  service.outbox.transaction(({ manager }) => leaseDue(manager, claim(over)));

const permutations = <T>(all: readonly T[]): T[][] =>
  all.length === 0
    ? [[]]
    : all.flatMap((first, i) => permutations(all.toSpliced(i, 1)).map((others) => [first, ...others]));

it('leases what is due, once, until the lease ends', async () => {
  await service.hear(told(aHistory().paid), told(aHistory().paid));
  const now = new Date();
  const leasedUntil = new Date(now.getTime() + 5_000);
  expect(await lease({ leasedUntil, now, count: 1 })).toHaveLength(1);
  expect(await lease({ now })).toHaveLength(1);
  expect(await lease({ now })).toHaveLength(0);
  expect(await lease({ now: leasedUntil })).toHaveLength(1);
});

it('leases nothing whose reservation has something earlier pending, be that locked, leased or not due yet', async () => {
  const { paid, confirmed } = aHistory();
  await service.hear(told(paid), told(confirmed));
  const [, earlier] = await listed(service);
  await service.outbox.transaction(async ({ manager }) => {
    await lockDelivery(manager, earlier.id);
    expect(await lease()).toEqual([]);
  });
  expect((await lease()).map(({ id }) => id)).toEqual([earlier.id]);
  expect(await lease()).toEqual([]);
  await service.database.query('UPDATE deliveries SET next_attempt_at = ? WHERE id = ?', [
    new Date(Date.now() + 60_000),
    earlier.id,
  ]);
  expect(await lease()).toEqual([]);
});

it('leases nothing whose cause has not been heard of, for a minute', async () => {
  const { paid, confirmed, refunded } = aHistory();
  const [first, second, third] = [told(paid), told(confirmed), told(refunded)];
  await service.hear(third, second);
  expect(await lease()).toEqual([]);
  const inAMinute = new Date(Date.now() + 60_000);
  const rolledBack = service.outbox.transaction(async (tx) => {
    expect((await leaseDue(tx.manager, claim({ now: inAMinute }))).map(({ eventId }) => eventId)).toEqual([
      second.id,
    ]);
    return tx.undo('undone');
  });
  await rolledBack;
  await service.hear(first);
  expect((await lease()).map(({ eventId }) => eventId)).toEqual([first.id]);
});

it('leases a cause before what it caused, and all else by ids, whichever clocks made these', async () => {
  const { paid, notPaid, confirmed, refunded } = aHistory();
  for (const events of permutations([paid, notPaid, confirmed, refunded])) {
    const subject = newId();
    // Ids are made here, so they are in the order of the permutation.
    await service.hear(...events.map((event) => told({ ...event, subject })));
    const leased: string[] = [];
    for (let found = await lease(); found.length > 0; found = await lease()) {
      const one = found[0]!;
      leased.push(one.eventType);
      expect(found).toHaveLength(1);
      await settle(
        service.database.manager,
        { ...one, status: 'DELIVERED', deliveredAt: new Date() },
        newId(),
      );
    }
    const types = events.map(({ type }) => type);
    // What was caused counts as if it had happened right after its cause, if it claims to have happened before.
    const place = (type: string) => types.indexOf(type);
    const placeOf = (type: string) =>
      type === confirmed.type || type === refunded.type
        ? Math.max(place(type), place(paid.type) + 0.5 + place(type) / 10)
        : place(type);
    expect(leased).toEqual(types.toSorted((one, other) => placeOf(one) - placeOf(other)));
  }
});

it('gives each of many due deliveries to one of two replicas', async () => {
  const replica = await service.anotherReplica();
  await service.hear(...Array.from({ length: 60 }, () => told(aHistory().paid)));
  const leased = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 === 0 ? service : replica).outbox.transaction(({ manager }) =>
        leaseDue(manager, claim({ count: 4 })),
      ),
    ),
  );
  const ids = leased.flat().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length + (await lease()).length).toBe(60);
});

it('a lease that ran out settles nothing but that it was delivered', async () => {
  await service.hear(told(aHistory().paid));
  const [mine, theirs] = [newId(), newId()];
  const now = new Date();
  const [found] = await lease({ lease: mine, now, leasedUntil: now });
  await lease({ lease: theirs });
  const { manager } = service.database;
  await settle(manager, { ...found!, status: 'FAILED' }, mine);
  expect((await listed(service))[0].status).toBe('PENDING');
  await settle(manager, { ...found!, status: 'DELIVERED', deliveredAt: now }, mine);
  expect((await listed(service))[0].status).toBe('DELIVERED');
  await settle(manager, { ...found!, status: 'FAILED' }, theirs);
  expect((await listed(service))[0].status).toBe('DELIVERED');
});
