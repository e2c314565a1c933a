import { deliver, emitted, published } from '@frontrow/events/testing';
import type { NewEvent } from '@frontrow/events/contract';
import { randomFrom } from '@frontrow/kit/testing/random';
import { newTraceparent } from '@frontrow/kit/trace';
import type { SeatsHeld } from './domain/reservation.ts';
import { handlers } from './handlers.ts';
import { aHold, compensated, held, notPaid, notSold, paid, refunded } from './testing/holds.ts';
import { reservationsUnderTest, seen } from './testing/service.ts';
import type { ServiceUnderTest } from './testing/service.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await reservationsUnderTest();
});
afterAll(() => service.stop());

/** Lets the service handle events of one type together, as its consumer does. */
const tellTogether = (...events: NewEvent[]) => deliver(service.outbox, handlers, ...events.map(published));
const holds = (count: number) => Array.from({ length: count }, () => aHold());
const statusOf = async (hold: SeatsHeld) => (await seen(service, hold))?.status as string | undefined;
const typesToldAbout = async ({ reservationId }: SeatsHeld) =>
  (await service.toldAbout(reservationId)).map(({ type }) => type.replace(/^reservation\.(.*)\.v1$/, '$1'));

describe('events that are handled together', () => {
  it('make each hold a reservation of its own, once', async () => {
    const [one, other, known] = [aHold(), aHold(), aHold()];
    await tellTogether(held(known));
    await tellTogether(
      held(one),
      held(known),
      held(other),
      held({ ...one, seats: one.seats.slice(1), total: 154_000 }),
    );
    for (const hold of [one, other, known]) {
      const { seats, total } = hold;
      expect(await seen(service, hold)).toMatchObject({ status: 'PENDING', version: 1, seats, total });
      expect(await typesToldAbout(hold)).toEqual(['created']);
    }
  });

  it('leave tombstones for reservations that come later, and confirm the others', async () => {
    const [one, early, other] = [aHold(), aHold(), aHold()];
    await tellTogether(held(one), held(other));
    await tellTogether(paid(one), paid(early), paid(other), paid(early));
    expect([await statusOf(one), await statusOf(other)]).toEqual(['CONFIRMED', 'CONFIRMED']);
    await tellTogether(held(early), held(aHold()));
    expect(await seen(service, early)).toMatchObject({ status: 'CANCELLED', endedBecause: 'COMPENSATED' });
    expect(await typesToldAbout(early)).toEqual(['confirm-failed', 'confirm-failed', 'created', 'cancelled']);
  });

  it('are each decided on what those before them left', async () => {
    const hold = aHold();
    await tellTogether(held(hold));
    const [first, second] = [paid(hold), paid(hold)];
    await tellTogether(first, second, first);
    expect(await seen(service, hold)).toMatchObject({ status: 'CONFIRMED', version: 2 });
    expect(await typesToldAbout(hold)).toEqual(['created', 'confirmed', 'confirm-failed']);
  });

  it('publish what follows in the trace of the event that it follows from', async () => {
    const [one, other] = [aHold(), aHold()];
    const [traceOne, traceOther] = [newTraceparent(), newTraceparent()];
    const traced = (event: NewEvent, traceparent: string) => ({ ...published(event), traceparent });
    await deliver(service.outbox, handlers, traced(held(one), traceOne), traced(held(other), traceOther));
    await deliver(service.outbox, handlers, traced(paid(other), traceOther), traced(paid(one), traceOne));
    for (const event of await emitted(service.outbox)) {
      if (event.subject === one.reservationId) expect(event.traceparent).toBe(traceOne);
      if (event.subject === other.reservationId) expect(event.traceparent).toBe(traceOther);
    }
  });

  it('have their effect once when two replicas get the same batch at the same moment', async () => {
    const replica = await service.anotherReplica();
    const all = holds(30);
    for (const batch of [all.map(held), all.toReversed().map((hold) => paid(hold))]) {
      const messages = batch.map(published);
      await Promise.all([
        deliver(service.outbox, handlers, ...messages),
        deliver(replica.outbox, handlers, ...messages.toReversed()),
        deliver(service.outbox, handlers, ...messages.slice(0, 10)),
      ]);
    }
    for (const hold of all) {
      expect(await statusOf(hold)).toBe('CONFIRMED');
      expect(await typesToldAbout(hold)).toEqual(['created', 'confirmed']);
    }
  });
});

const kinds = [held, paid, notPaid, notSold, compensated, refunded];

it('whatever the batches, the result is the same as when each event is handled alone', async () => {
  const { next, below, pick, groups } = randomFrom();
  const [alone, together] = [holds(8), holds(8)];
  for (let round = 0; round < 40; round++) {
    const kind = round < 2 ? held : pick(kinds);
    const batch = Array.from({ length: 1 + below(9) }, () => ({
      which: below(alone.length),
      paymentId: `01b8dac6-0000-7000-8000-00000000000${next() < 0.7 ? 1 : 2}`,
    }));
    const of = (row: SeatsHeld[]) =>
      batch.map(({ which, paymentId }) => kind(row[which] as SeatsHeld, paymentId));
    for (const event of of(alone)) await tellTogether(event);
    for (const group of groups(of(together), 9)) await tellTogether(...group);
  }
  const outcomeOf = async (hold: SeatsHeld) => {
    const state = await seen(service, hold);
    const told = (await service.toldAbout(hold.reservationId)).map(({ type, data }) => [type, data.reason]);
    return { state: state && [state.status, state.endedBecause, state.version], told };
  };
  const expected = await Promise.all(alone.map(outcomeOf));
  expect(await Promise.all(together.map(outcomeOf))).toEqual(expected);
});
