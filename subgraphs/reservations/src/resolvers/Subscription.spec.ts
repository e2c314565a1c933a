import { emitted } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Answer } from '@frontrow/kit/testing/subgraph';
import { inTrace, newTraceparent } from '@frontrow/kit/trace';
import type { Viewer } from '@frontrow/kit/viewer';
import { expireDueReservations } from '../operations/expire-due-reservations.ts';
import { aHold, aHoldNobodyPaid, held, notPaid, paid, refunded } from '../testing/holds.ts';
import { cancel, reservationsUnderTest } from '../testing/service.ts';
import type { Replica, ServiceUnderTest } from '../testing/service.ts';

let service: ServiceUnderTest;
let replica: Replica;
beforeAll(async () => {
  service = await reservationsUnderTest();
  replica = await service.anotherReplica();
  service.publish();
});
afterAll(() => service.stop());

const follow = (at: Replica, viewer: Viewer | null, id: string) =>
  at.graph.subscribe(
    viewer,
    `subscription ($id: ID!) { reservationChanged(id: $id) { id status version endedBecause user { id } seats { label } } }`,
    { id },
  );

type Events = AsyncGenerator<Answer, void>;
async function next(events: Events) {
  const { value } = await events.next();
  return value === undefined ? undefined : value.data.reservationChanged;
}
async function rest(events: Events) {
  const all = [];
  for await (const { data } of events) all.push(data.reservationChanged);
  return all;
}

describe('reservationChanged', () => {
  it('sends the reservation as it is now, then each change that any replica makes, until it is cancelled', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const events = await follow(replica, aFan(hold.userId), hold.reservationId);
    expect(await next(events)).toMatchObject({
      ...{ id: hold.reservationId, status: 'PENDING', version: 1, user: { id: hold.userId } },
      seats: hold.seats.map(({ label }) => ({ label })),
    });
    await service.tell(paid(hold));
    expect(await next(events)).toMatchObject({ status: 'CONFIRMED', version: 2 });
    await cancel(service, aFan(hold.userId), hold.reservationId);
    expect(await next(events)).toMatchObject({ status: 'CANCELLED', endedBecause: 'CANCELLED_BY_FAN' });
    await service.tell(refunded(hold));
    expect(await rest(events)).toMatchObject([{ status: 'CANCELLED', version: 4 }]);
  });

  it('is the end of the trace of each change, once for all who follow', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const owner = aFan(hold.userId);
    const both = [
      await follow(replica, owner, hold.reservationId),
      await follow(replica, anOperator(), hold.reservationId),
    ];
    const bothAreTold = (status: string) =>
      Promise.all(both.map(async (events) => expect(await next(events)).toMatchObject({ status })));
    await bothAreTold('PENDING');
    await service.tell(paid(hold));
    await bothAreTold('CONFIRMED');
    await inTrace(newTraceparent(), () => cancel(service, owner, hold.reservationId));
    await bothAreTold('CANCELLED');
    await service.tell(refunded(hold));
    await Promise.all(both.map(rest));

    const changes = (await emitted(service.outbox)).filter(({ subject }) => subject === hold.reservationId);
    const spansOfChanges = changes.map(({ traceparent }) => traceparent?.split('-')[2]);
    const told = replica
      .spans()
      .filter(({ parentSpanContext }) => spansOfChanges.includes(parentSpanContext?.spanId));
    // The regular look may see one of the changes before the news of it comes, and knows no trace.
    expect(told.length).toBeGreaterThan(0);
    for (const { name, attributes } of told) {
      expect([name, attributes]).toEqual(['tell followers of a reservation', { 'frontrow.followers': 2 }]);
    }
  });

  it('also sends the refund of a payment that crossed the end', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const events = await follow(service, aFan(hold.userId), hold.reservationId);
    await next(events);
    await cancel(service, aFan(hold.userId), hold.reservationId);
    expect(await next(events)).toMatchObject({ status: 'CANCELLED', version: 2 });
    await service.tell(paid(hold));
    expect(await next(events)).toMatchObject({ status: 'CANCELLED', version: 3 });
    await service.tell(refunded(hold));
    expect(await rest(events)).toMatchObject([{ status: 'CANCELLED', version: 4 }]);
  });

  it('ends when the reservation expires', async () => {
    const hold = aHoldNobodyPaid();
    await service.tell(held(hold));
    const events = await follow(replica, anOperator(), hold.reservationId);
    await next(events);
    await expireDueReservations(service.outbox, new Date());
    expect(await rest(events)).toMatchObject([{ status: 'EXPIRED', endedBecause: 'HOLD_EXPIRED' }]);
  });

  it('sends the end of a reservation that had ended before', async () => {
    const hold = aHold();
    await service.tell(held(hold), notPaid(hold));
    const events = await follow(replica, aFan(hold.userId), hold.reservationId);
    expect(await rest(events)).toMatchObject([{ status: 'CANCELLED', endedBecause: 'PAYMENT_FAILED' }]);
  });

  it('sends changes to all followers, and to slow ones only the last state', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const [quick, slow] = [
      await follow(replica, aFan(hold.userId), hold.reservationId),
      await follow(replica, aFan(hold.userId), hold.reservationId),
    ];
    await service.tell(paid(hold));
    const seen = [];
    while (seen.at(-1) !== 'CONFIRMED') seen.push((await next(quick)).status);
    await cancel(service, aFan(hold.userId), hold.reservationId);
    expect(await next(quick)).toMatchObject({ status: 'CANCELLED' });
    await service.tell(refunded(hold));
    expect(await rest(quick)).toMatchObject([{ status: 'CANCELLED' }]);
    expect(await rest(slow)).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('finds changes of which no event came', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const events = await follow(replica, aFan(hold.userId), hold.reservationId);
    await next(events);
    const change = "status = 'CONFIRMED', version = 2, confirmed_at = UTC_TIMESTAMP(3)";
    await service.outbox.database.query(`UPDATE reservations SET ${change} WHERE id = ?`, [
      hold.reservationId,
    ]);
    expect(await next(events)).toMatchObject({ status: 'CONFIRMED' });
    await events.return();
  });

  it('waits a moment for a reservation whose hold was made just now', async () => {
    const hold = aHold();
    const following = follow(replica, aFan(hold.userId), hold.reservationId);
    await service.tell(held(hold));
    const events = await following;
    expect(await next(events)).toMatchObject({ status: 'PENDING' });
    await events.return();
  });

  it('can be tried again when the news of the hold takes longer', async () => {
    const { reservationId, userId } = aHold();
    const { value } = await (await follow(replica, aFan(userId), reservationId)).next();
    expect(value?.errors?.[0]?.extensions?.['code']).toBe('SERVICE_UNAVAILABLE');
  });

  it('is refused to others as if there were no reservation, and to callers who are not logged in', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const refusal = async (viewer: Viewer | null, id: string) => {
      const all = [];
      for await (const { errors } of await follow(replica, viewer, id)) all.push(errors);
      return all.map((errors) => errors?.map(({ message, extensions }) => [extensions?.['code'], message]));
    };
    for (const id of [hold.reservationId, newId(), '', 'a'.repeat(10_000)]) {
      expect(await refusal(aFan(), id)).toEqual([[['FORBIDDEN', 'You have no such reservation.']]]);
    }
    expect(await refusal(null, hold.reservationId)).toEqual([[['UNAUTHENTICATED', 'Log in first.']]]);
  });
});
