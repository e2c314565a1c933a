import { EventEmitter, once } from 'node:events';
import { scheduleCancelled } from '@frontrow/events/contracts/concerts';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { emittedOf } from '@frontrow/events/testing';
import { eventually } from '@frontrow/events/testing/eventually';
import { newId } from '@frontrow/kit/ids';
import type { Repeating } from '@frontrow/kit/repeat';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import type { SeatsHeld } from '../domain/reservation.ts';
import { startFollowingShows } from '../follow-shows.ts';
import { aHold, held, paid, refunded } from '../testing/holds.ts';
import { cancel, reservationsUnderTest, seen, silent } from '../testing/service.ts';
import type { Replica, ServiceUnderTest } from '../testing/service.ts';
import { endSomeOfShow } from './end-show.ts';

let service: ServiceUnderTest;
let replica: Replica;
let scheduleId: string;
const shows: Repeating[] = [];
beforeAll(async () => {
  service = await reservationsUnderTest();
  replica = await service.anotherReplica();
});
beforeEach(() => {
  scheduleId = newId();
});
afterEach(async () => {
  for (const show of shows.splice(0)) await show.stop();
});
afterAll(() => service.stop());

const ofShow = () => aHold({ scheduleId });
const cancelShow = (at: Replica = service) =>
  at.tell(
    scheduleCancelled.about(scheduleId, {
      ...{ scheduleId, concertId: newId(), isLastDate: true },
      ...{ salesOpenAt: new Date().toISOString(), cancelledAt: new Date().toISOString() },
    }),
  );
const endAll = async (at: Replica = service) => {
  while ((await endSomeOfShow(at.outbox, scheduleId, new Date())) === 'more');
};

async function schedule(fields: string, viewer: Viewer | null = anOperator()): Promise<any> {
  const { data } = await service.graph.entities(viewer, 'Schedule', [{ id: scheduleId }], fields);
  return data?.[0];
}
const progress = `cancellation { reservationsLeft reservationsCancelled refundsLeft refunds refundedPoints pausedAt }`;

/** Resolves when no reservation of the show is left. That may become so with each commit that emits something. */
async function untilEnded(): Promise<void> {
  const commits = new EventEmitter();
  for (const { outbox } of [service, replica]) outbox.onCommit(() => commits.emit('commit'));
  for (;;) {
    const committed = once(commits, 'commit');
    if ((await schedule(progress)).cancellation.reservationsLeft === 0) return;
    await committed;
  }
}

const ends = async ({ reservationId }: SeatsHeld) =>
  (await service.toldAbout(reservationId)).filter(({ type }) => type === 'reservation.cancelled.v1');

describe('a show that was cancelled', () => {
  it('ends its reservations, paid and unpaid ones, and leaves those of other shows', async () => {
    const [unpaid, bought, given] = [ofShow(), ofShow(), ofShow()] as const;
    const other = aHold();
    await service.tell(...[unpaid, bought, given, other].map(held), paid(bought), paid(given), paid(other));
    await cancel(service, aFan(given.userId), given.reservationId);
    await cancelShow();
    await endAll();
    for (const hold of [unpaid, bought]) {
      expect(await seen(service, hold)).toMatchObject({
        status: 'CANCELLED',
        endedBecause: 'SHOW_CANCELLED',
      });
      // Consumers of the previous release know COMPENSATED.
      const told = { reason: 'COMPENSATED', detail: 'SHOW_CANCELLED' };
      expect(await ends(hold)).toMatchObject([{ data: told }]);
    }
    expect(await seen(service, given)).toMatchObject({ endedBecause: 'CANCELLED_BY_FAN' });
    expect(await seen(service, other)).toMatchObject({ status: 'CONFIRMED' });
    const [row] = await service.outbox.database.query<{ good: string }[]>(
      'SELECT COUNT(*) AS good FROM seat_tickets WHERE reservation_id = ? AND voided_at IS NULL',
      [bought.reservationId],
    );
    expect(Number(row?.good)).toBe(0);
  });

  it('refunds a payment that crosses it', async () => {
    const hold = ofShow();
    await service.tell(held(hold));
    await cancelShow();
    await endAll();
    await service.tell(paid(hold));
    expect((await service.toldAbout(hold.reservationId)).at(-1)).toMatchObject({
      type: 'reservation.confirm-failed.v1',
      data: { reason: 'COMPENSATED', detail: 'SHOW_CANCELLED' },
    });
  });

  it('cannot be cancelled once more by a fan', async () => {
    const hold = ofShow();
    await service.tell(held(hold), paid(hold));
    await cancelShow();
    await endAll();
    const { data } = await cancel(service, aFan(hold.userId), hold.reservationId);
    expect(data.cancelReservation).toMatchObject({ code: 'NOT_CANCELLABLE' });
    expect(await ends(hold)).toHaveLength(1);
  });

  it('ends each reservation once, though two replicas do it together and one holds some of them locked', async () => {
    const holds = Array.from({ length: 130 }, ofShow);
    await service.tell(...holds.map(held), ...holds.slice(0, 90).map((hold) => paid(hold)));
    await cancelShow();
    const { query, connect, startTransaction, rollbackTransaction, release } = runner();
    await connect();
    await startTransaction();
    await query('SELECT id FROM reservations WHERE id = ? FOR UPDATE', [holds[0]?.reservationId]);
    shows.push(startFollowingShows(service.outbox, silent), startFollowingShows(replica.outbox, silent));
    await untilLeft(1);
    await rollbackTransaction();
    await release();
    await untilEnded();
    for (const hold of holds) expect(await ends(hold)).toHaveLength(1);
  }, 60_000);

  it('also ends a reservation that is created after all others have ended', async () => {
    const [first, late] = [ofShow(), ofShow()];
    await service.tell(held(first));
    await cancelShow();
    shows.push(startFollowingShows(service.outbox, silent));
    await untilEnded();
    await service.tell(held(late), paid(late));
    await untilEnded();
    expect(await seen(service, late)).toMatchObject({ status: 'CANCELLED', endedBecause: 'SHOW_CANCELLED' });
  });
});

/** A connection of another transaction. */
function runner() {
  const one = service.outbox.database.createQueryRunner();
  return {
    query: (sql: string, values: unknown[]) => one.query(sql, values),
    connect: () => one.connect(),
    startTransaction: () => one.startTransaction(),
    rollbackTransaction: () => one.rollbackTransaction(),
    release: () => one.release(),
  };
}

const untilLeft = (count: number) =>
  eventually(async () => expect((await schedule(progress)).cancellation.reservationsLeft).toBe(count));

describe('an operator', () => {
  it('sees beforehand what cancelling would affect, and then how far it has come', async () => {
    const [unpaid, bought] = [ofShow(), ofShow()];
    await service.tell(held(unpaid), held(bought), paid(bought));
    const { reservationTotals, cancellation } = await schedule(
      `reservationTotals { status reservations seats total } ${progress}`,
    );
    const each = { reservations: 1, seats: 2, total: 308_000 };
    expect(new Set(reservationTotals)).toEqual(
      new Set([
        { status: 'PENDING', ...each },
        { status: 'CONFIRMED', ...each },
      ]),
    );
    expect(cancellation).toBeNull();

    await cancelShow();
    await cancelShow();
    const none = { reservationsCancelled: 0, refundsLeft: 0, refunds: 0, refundedPoints: 0, pausedAt: null };
    expect(await schedule(progress)).toEqual({ cancellation: { ...none, reservationsLeft: 2 } });
    await endAll();
    const ended = { ...none, reservationsLeft: 0, reservationsCancelled: 2 };
    expect(await schedule(progress)).toEqual({ cancellation: { ...ended, refundsLeft: 1 } });
    await service.tell(refunded(bought));
    const back = { ...ended, refunds: 1, refundedPoints: 308_000 };
    expect(await schedule(progress)).toEqual({ cancellation: back });
  });

  it('interrupts it and continues it, and the log has both', async () => {
    const hold = ofShow();
    await service.tell(held(hold), paid(hold));
    expect(await pause(true)).toEqual({ code: 'NOT_FOUND' });
    await cancelShow();
    await pause(true);
    await pause(true);
    expect(await schedule(progress)).toMatchObject({ cancellation: { pausedAt: expect.any(String) } });
    shows.push(startFollowingShows(service.outbox, silent));
    // Another show ends meanwhile, which proves that a replica has looked.
    const [paused, going] = [scheduleId, newId()];
    scheduleId = going;
    await service.tell(held(ofShow()));
    await cancelShow();
    await untilEnded();
    scheduleId = paused;
    expect(await seen(service, hold)).toMatchObject({ status: 'CONFIRMED' });
    await pause(false);
    await untilEnded();
    const acted = await emittedOf(service.outbox, operatorActed);
    expect(acted.filter(({ subjectId }) => subjectId === paused)).toMatchObject([
      { action: 'pauseCancellation', before: { paused: false }, after: { paused: true } },
      { action: 'pauseCancellation', before: { paused: true }, after: { paused: false } },
    ]);
  });

  it('is the only one who can see or do that', async () => {
    await service.tell(held(ofShow()));
    await cancelShow();
    const fields = `reservationTotals { seats } ${progress}`;
    for (const viewer of [aFan(), null]) {
      expect(await schedule(fields, viewer)).toEqual({ reservationTotals: null, cancellation: null });
    }
    expect(await pause(true, aFan())).toBe('FORBIDDEN');
  });
});

async function pause(paused: boolean, viewer: Viewer = anOperator()): Promise<unknown> {
  const mutation = `mutation ($scheduleId: ID!, $paused: Boolean!) {
    pauseCancellation(scheduleId: $scheduleId, paused: $paused) { ... on Schedule { id } ... on Refusal { code } }
  }`;
  const { data, errors } = await service.graph.execute(viewer, mutation, { scheduleId, paused });
  return errors === undefined ? data.pauseCancellation : errors[0]?.extensions?.['code'];
}
