import { EventEmitter, once } from 'node:events';
import { reservationExpired } from '@frontrow/events/contracts/reservations';
import type { Outbox } from '@frontrow/events/outbox';
import { emittedOf } from '@frontrow/events/testing';
import type { Repeating } from '@frontrow/kit/repeat';
import { startClock } from './clock.ts';
import { graceMs } from './domain/decide-reservation.ts';
import { expireDueReservations } from './operations/expire-due-reservations.ts';
import { lockReservation } from './storage/reservations.ts';
import { aHold, aHoldNobodyPaid, held, paid } from './testing/holds.ts';
import { reservationsUnderTest, seen, silent } from './testing/service.ts';
import type { ServiceUnderTest } from './testing/service.ts';

let service: ServiceUnderTest;
const clocks: Repeating[] = [];
beforeEach(async () => {
  service = await reservationsUnderTest();
});
afterEach(async () => {
  for (const clock of clocks.splice(0)) await clock.stop();
  await service.stop();
});

const expiredIds = async () =>
  (await emittedOf(service.outbox, reservationExpired)).map(({ reservationId }) => reservationId);

/** Resolves once `condition` is true, which may happen with each commit that emits something. */
async function until(condition: () => Promise<boolean>, ...outboxes: Outbox[]): Promise<void> {
  const commits = new EventEmitter();
  for (const outbox of outboxes) outbox.onCommit(() => commits.emit('commit'));
  for (;;) {
    const committed = once(commits, 'commit'); // from before the check, so that no commit is missed
    if (await condition()) return;
    await committed;
  }
}

it('ends a hold at expiresAt plus the grace, not a millisecond before, and publishes that once', async () => {
  const hold = aHold();
  await service.tell(held(hold));
  const due = new Date(Date.parse(hold.expiresAt) + graceMs);
  await expireDueReservations(service.outbox, new Date(due.getTime() - 1));
  expect(await seen(service, hold)).toMatchObject({ status: 'PENDING' });

  await expireDueReservations(service.outbox, due);
  await expireDueReservations(service.outbox, due);
  expect(await seen(service, hold)).toMatchObject({
    ...{ status: 'EXPIRED', endedBecause: 'HOLD_EXPIRED', version: 2, endedAt: due.toISOString() },
  });
  const { reservationId, userId, ticketId, concertId, scheduleId } = hold;
  expect(await emittedOf(service.outbox, reservationExpired)).toEqual([
    { reservationId, userId, ticketId, concertId, scheduleId },
  ]);
});

it('leaves paid reservations alone', async () => {
  const hold = aHoldNobodyPaid();
  await service.tell(held(hold), paid(hold));
  await expireDueReservations(service.outbox, new Date());
  expect(await seen(service, hold)).toMatchObject({ status: 'CONFIRMED' });
  expect(await expiredIds()).toEqual([]);
});

it('skips a reservation that is being changed, and ends the others', async () => {
  const [beingPaid, unpaid] = [aHoldNobodyPaid(), aHoldNobodyPaid()];
  await service.tell(held(beingPaid), held(unpaid));
  await service.outbox.transaction(async ({ manager }) => {
    await lockReservation(manager, beingPaid.reservationId);
    await expireDueReservations(service.outbox, new Date());
    expect(await expiredIds()).toEqual([unpaid.reservationId]);
  });
  await expireDueReservations(service.outbox, new Date());
  expect(await expiredIds()).toEqual([unpaid.reservationId, beingPaid.reservationId]);
});

it('ends each of 450 due holds once when two replicas run it, and none that is not due', async () => {
  const due = Array.from({ length: 450 }, () => aHoldNobodyPaid());
  const notDue = aHold();
  await Promise.all([...due, notDue].map((hold) => service.tell(held(hold))));
  const replica = await service.anotherReplica();
  for (const { outbox } of [service, replica, service, replica]) clocks.push(startClock(outbox, silent));
  await until(async () => (await expiredIds()).length >= due.length, service.outbox, replica.outbox);
  for (const clock of clocks.splice(0)) await clock.stop();
  const ids = due.map(({ reservationId }) => reservationId);
  expect((await expiredIds()).toSorted()).toEqual(ids.toSorted());
  expect(await seen(service, notDue)).toMatchObject({ status: 'PENDING' });
});

it('wakes for the next reservation that is due, instead of a second later', async () => {
  const hold = aHold();
  await service.tell(held(hold));
  const dueAt = Date.parse(hold.expiresAt) + graceMs;
  const startedAt = Date.now();
  // For this clock the hold becomes due 100 ms after it starts.
  clocks.push(startClock(service.outbox, silent, () => new Date(dueAt - 100 + Date.now() - startedAt)));
  await until(async () => (await expiredIds()).length > 0, service.outbox);
  const lateMs = Date.parse((await seen(service, hold)).endedAt) - dueAt;
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(850);
});

it('uses the time that it is given', async () => {
  const hold = aHold();
  await service.tell(held(hold));
  const tomorrow = new Date(Date.now() + 24 * 3_600_000);
  clocks.push(startClock(service.outbox, silent, () => tomorrow));
  await until(async () => (await expiredIds()).length > 0, service.outbox);
  expect(await seen(service, hold)).toMatchObject({ status: 'EXPIRED', endedAt: tomorrow.toISOString() });
});
