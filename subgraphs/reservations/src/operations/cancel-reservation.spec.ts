import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { aHold, aHoldNobodyPaid, held, notPaid, notSold, paid } from '../testing/holds.ts';
import { cancel, reservationsUnderTest, seen } from '../testing/service.ts';
import type { ServiceUnderTest } from '../testing/service.ts';
import { expireDueReservations } from './expire-due-reservations.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await reservationsUnderTest();
});
afterAll(() => service.stop());

const refused = (code: string) => ({
  data: { cancelReservation: { __typename: 'Refusal', code, message: expect.any(String), retryable: false } },
});

describe('cancelReservation', () => {
  it('cancels a pending reservation and publishes that', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const { reservationId: id, userId, ticketId, concertId, scheduleId } = hold;
    expect(await cancel(service, aFan(userId), id)).toEqual({
      data: {
        cancelReservation: {
          __typename: 'Reservation',
          ...{ id, status: 'CANCELLED', endedBecause: 'CANCELLED_BY_FAN', version: 2 },
        },
      },
    });
    expect(await seen(service, hold)).toMatchObject({ status: 'CANCELLED', endedAt: expect.any(String) });
    expect((await service.toldAbout(id)).at(-1)).toEqual({
      type: 'reservation.cancelled.v1',
      data: { reservationId: id, userId, ticketId, concertId, scheduleId, reason: 'CANCELLED_BY_FAN' },
    });
  });

  it('cancels a confirmed reservation before the show', async () => {
    const hold = aHold();
    await service.tell(held(hold), paid(hold));
    const { data } = await cancel(service, aFan(hold.userId), hold.reservationId);
    expect(data.cancelReservation).toMatchObject({ status: 'CANCELLED', version: 3 });
    expect((await service.toldAbout(hold.reservationId)).map(({ type }) => type)).toEqual([
      'reservation.created.v1',
      'reservation.confirmed.v1',
      'reservation.cancelled.v1',
    ]);
  });

  it('answers the same however often it is called, also at once by two replicas, and publishes that once', async () => {
    const hold = aHold();
    await service.tell(held(hold), paid(hold));
    const replicas = [service, await service.anotherReplica()];
    const calls = Array.from({ length: 20 }, (_, i) =>
      cancel(replicas[i % 2] ?? service, aFan(hold.userId), hold.reservationId),
    );
    const answers = (await Promise.all(calls)).map((answer) => JSON.stringify(answer));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('CANCELLED_BY_FAN');
    const told = await service.toldAbout(hold.reservationId);
    expect(told.filter(({ type }) => type === 'reservation.cancelled.v1')).toHaveLength(1);
  });

  it('is refused once the show has started', async () => {
    const hold = aHold();
    const started = { ...hold, shown: { ...hold.shown, startsAt: new Date().toISOString() } };
    await service.tell(held(started), paid(started));
    expect(await cancel(service, aFan(hold.userId), hold.reservationId)).toEqual(refused('NOT_CANCELLABLE'));
    expect(await seen(service, hold)).toMatchObject({ status: 'CONFIRMED', version: 2 });
  });

  it('is refused when the reservation has ended otherwise', async () => {
    const [unpaid, unsold, expired] = [aHold(), aHold(), aHoldNobodyPaid()];
    await service.tell(held(unpaid), notPaid(unpaid), held(unsold), paid(unsold), notSold(unsold));
    await service.tell(held(expired));
    await expireDueReservations(service.outbox, new Date());
    for (const hold of [unpaid, unsold, expired]) {
      const [before, told] = [await seen(service, hold), await service.toldAbout(hold.reservationId)];
      expect(await cancel(service, aFan(hold.userId), hold.reservationId)).toEqual(
        refused('NOT_CANCELLABLE'),
      );
      expect(await seen(service, hold)).toEqual(before);
      expect(await service.toldAbout(hold.reservationId)).toEqual(told);
    }
  });

  it("does not find somebody else's, not even for an operator, and changes nothing", async () => {
    const hold = aHold();
    await service.tell(held(hold));
    for (const viewer of [aFan(), anOperator()]) {
      expect(await cancel(service, viewer, hold.reservationId)).toEqual(refused('NOT_FOUND'));
    }
    expect(await seen(service, hold)).toMatchObject({ status: 'PENDING', version: 1 });
  });

  it('waits for a hold that was made just now, whichever replica hears of it', async () => {
    const replica = await service.anotherReplica();
    for (const hearing of [service, replica]) {
      const hold = aHold();
      const cancelling = cancel(service, aFan(hold.userId), hold.reservationId);
      await hearing.tell(held(hold));
      expect((await cancelling).data.cancelReservation).toMatchObject({ status: 'CANCELLED' });
    }
  });

  it('can be tried again when the news of the hold takes longer', async () => {
    const answer = await cancel(service, aFan(), aHold().reservationId);
    expect(answer.data.cancelReservation).toMatchObject({ code: 'NOT_READY_YET', retryable: true });
  });

  it.each([newId(), '', 'x', '%', '0'.repeat(100_000)])('does not find what does not exist', async (id) => {
    expect(await cancel(service, aFan(), id)).toEqual(refused('NOT_FOUND'));
  });

  it('needs somebody to be logged in', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    const { errors } = await cancel(service, null, hold.reservationId);
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await seen(service, hold)).toMatchObject({ status: 'PENDING' });
  });
});
