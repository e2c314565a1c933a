import { scheduleCancelled, scheduleMoved } from '@frontrow/events/contracts/concerts';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import type { SeatsHeld } from '../domain/reservation.ts';
import { findMovesOf, findMovesToTell } from '../storage/moved-schedules.ts';
import { aHold, held, paid } from '../testing/holds.ts';
import { cancel, reservationsUnderTest } from '../testing/service.ts';
import type { Replica, ServiceUnderTest } from '../testing/service.ts';
import { cancelReservation } from './cancel-reservation.ts';
import { endSomeOfShow } from './end-show.ts';
import { moveSomeOfShow } from './move-show.ts';

let service: ServiceUnderTest;
let replica: Replica;
let scheduleId: string;
beforeAll(async () => {
  service = await reservationsUnderTest();
  replica = await service.anotherReplica();
});
beforeEach(() => {
  scheduleId = newId();
});
afterAll(() => service.stop());

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();
const first = { startsAt: inDays(30), refundUntil: inDays(20) };
const second = { startsAt: inDays(60), refundUntil: inDays(50) };
const ofShow = (over: Partial<SeatsHeld> = {}) => aHold({ scheduleId, ...over });
const heldFor = (startsAt: string) => ofShow({ shown: { ...aHold().shown, startsAt } });

const toldOfMove = (move: number, times: typeof first) =>
  scheduleMoved.about(scheduleId, {
    ...{ scheduleId, concertId: newId(), ...times, move },
    movedAt: new Date().toISOString(),
  });

/** What the loop of a replica does until nothing is left. */
async function follow(at: Replica = service, now = new Date()): Promise<void> {
  for (const move of await findMovesToTell(at.outbox.database.manager)) {
    while ((await moveSomeOfShow(at.outbox, move, now)) === 'more');
  }
}

async function move(times = first, number = 1): Promise<void> {
  await service.tell(toldOfMove(number, times));
  await follow();
}

async function offered({ reservationId, userId }: SeatsHeld): Promise<any> {
  const query = `query ($id: ID!) { reservation(id: $id) { status refundableUntil movedFrom version } }`;
  const { data } = await service.graph.execute(aFan(userId), query, { id: reservationId });
  return data.reservation;
}

const news = async ({ reservationId }: SeatsHeld) =>
  (await service.toldAbout(reservationId))
    .filter(({ type }) => /moved|cancelled/.test(type))
    .map(({ type, data }) => [type.split('.')[1], data.shown?.startsAt ?? data.reason]);

async function progress(viewer: Viewer = anOperator()): Promise<any> {
  const fields = `move { startsAt refundUntil reservationsLeft reservationsKept keptPoints
    reservationsGivenBack givenBackPoints }`;
  const { data } = await service.graph.entities(viewer, 'Schedule', [{ id: scheduleId }], fields);
  return data?.[0].move;
}

describe('a show that was moved', () => {
  it('keeps its reservations, which say the new time and until when they may be given back', async () => {
    const [bought, unpaid, given, other] = [ofShow(), ofShow(), ofShow(), aHold()];
    await service.tell(...[bought, unpaid, given, other].map(held), paid(bought), paid(given), paid(other));
    await cancel(service, aFan(given.userId), given.reservationId);
    await move();
    const offer = { refundableUntil: first.refundUntil, movedFrom: bought.shown.startsAt };
    expect(await offered(bought)).toEqual({ ...offer, status: 'CONFIRMED', version: 3 });
    expect(await news(bought)).toEqual([['moved', first.startsAt]]);
    // Who has not paid is told by the receipt.
    expect(await offered(unpaid)).toMatchObject({ status: 'PENDING', refundableUntil: first.refundUntil });
    expect(await news(unpaid)).toEqual([]);
    await service.tell(paid(unpaid));
    expect((await service.toldAbout(unpaid.reservationId)).at(-1)).toMatchObject({
      type: 'reservation.confirmed.v1',
      data: { shown: { startsAt: first.startsAt } },
    });
    expect(await news(given)).toEqual([['cancelled', 'CANCELLED_BY_FAN']]);
    const asBefore = { refundableUntil: other.shown.startsAt, movedFrom: null };
    expect(await offered(other)).toMatchObject(asBefore);
    const [row] = await service.outbox.database.query<{ good: string }[]>(
      'SELECT COUNT(*) AS good FROM seat_tickets WHERE reservation_id = ? AND voided_at IS NULL',
      [bought.reservationId],
    );
    expect(Number(row?.good)).toBe(2);
  });

  it('is given back by its owner until the date, to the millisecond, and once', async () => {
    const [early, late] = [ofShow(), ofShow()];
    await service.tell(held(early), held(late), paid(early), paid(late));
    await move();
    const until = new Date(first.refundUntil);
    const giveBack = ({ reservationId: id, userId }: SeatsHeld, now: Date, at: Replica = service) =>
      cancelReservation(at.outbox, { id, userId, mayStillCome: false, now });
    const before = new Date(until.getTime() - 1);
    const answers = await Promise.all([giveBack(early, before), giveBack(early, before, replica)]);
    expect(answers).toMatchObject(Array(2).fill({ status: 'CANCELLED', endedBecause: 'CANCELLED_BY_FAN' }));
    expect(await giveBack(late, until)).toMatchObject({ code: 'NOT_CANCELLABLE' });
    expect(await news(early)).toEqual([
      ['moved', first.startsAt],
      ['cancelled', 'CANCELLED_BY_FAN'],
    ]);
    expect(await offered(late)).toMatchObject({ status: 'CONFIRMED' });
    expect(await progress()).toEqual({
      ...{ ...first, reservationsLeft: 0 },
      ...{ reservationsKept: 1, keptPoints: 308_000, reservationsGivenBack: 1, givenBackPoints: 308_000 },
    });
    expect(await progress(aFan())).toBeNull();
  });

  it('sells on for its new time, and who buys that may give it back until the show starts', async () => {
    await move();
    const bought = heldFor(first.startsAt);
    await service.tell(held(bought), paid(bought));
    await follow();
    expect(await offered(bought)).toMatchObject({ refundableUntil: first.startsAt, movedFrom: null });
    expect(await news(bought)).toEqual([]);
  });

  it('has a hold that is heard of late, and says the time before, say the new one from its first moment', async () => {
    await move();
    // Long after the last reservation was moved.
    await follow(service, new Date(Date.now() + 120_000));
    expect(await findMovesToTell(service.outbox.database.manager)).toEqual([]);
    const late = ofShow();
    await service.tell(held(late), paid(late));
    expect(await offered(late)).toMatchObject({ refundableUntil: first.refundUntil, version: 2 });
  });

  it('may be moved again, and nobody hears of a move that was heard of after a later one', async () => {
    const bought = ofShow();
    await service.tell(held(bought), paid(bought));
    await move(second, 2);
    await move(first, 1);
    expect(await offered(bought)).toMatchObject({ refundableUntil: second.refundUntil });
    await move({ ...second, startsAt: inDays(70) }, 3);
    expect(await news(bought)).toEqual([
      ['moved', second.startsAt],
      ['moved', expect.any(String)],
    ]);
    const [last] = await findMovesOf(service.outbox.database.manager, [scheduleId]);
    expect(last?.moves).toBe(3);
  });

  it('is not moved back by a replica that has not heard of the last move when it began', async () => {
    const bought = ofShow();
    await service.tell(held(bought), paid(bought), toldOfMove(1, first));
    const [stale] = await findMovesToTell(replica.outbox.database.manager);
    await move(second, 2);
    if (stale === undefined) throw new Error('the first move was not noted');
    await moveSomeOfShow(replica.outbox, stale, new Date());
    expect(await news(bought)).toEqual([['moved', second.startsAt]]);
  });

  it('tells each fan once, though two replicas do it together and somebody has one reservation locked', async () => {
    const holds = Array.from({ length: 230 }, () => ofShow());
    await service.tell(...holds.map(held), ...holds.map((hold) => paid(hold)));
    const somebody = service.outbox.database.createQueryRunner();
    await somebody.connect();
    await somebody.startTransaction();
    await somebody.query('SELECT id FROM reservations WHERE id = ? FOR UPDATE', [holds[0]?.reservationId]);
    await service.tell(toldOfMove(1, first));
    await Promise.all([follow(service), follow(replica)]);
    expect(await progress()).toMatchObject({ reservationsLeft: 1 });
    await somebody.rollbackTransaction();
    await somebody.release();
    await follow(replica);
    for (const hold of holds) expect(await news(hold)).toEqual([['moved', first.startsAt]]);
  }, 60_000);

  it('says nothing any more once it is cancelled: each reservation ends, and its fan gets everything back', async () => {
    const bought = ofShow();
    await service.tell(held(bought), paid(bought), toldOfMove(1, first));
    await service.tell(
      scheduleCancelled.about(scheduleId, {
        ...{ scheduleId, concertId: newId(), isLastDate: true },
        ...{ salesOpenAt: new Date().toISOString(), cancelledAt: new Date().toISOString() },
      }),
    );
    await follow();
    await endSomeOfShow(service.outbox, scheduleId, new Date());
    expect(await news(bought)).toEqual([['cancelled', 'COMPENSATED']]);
  });

  it.each(['move first', 'give back first', 'at the same moment'])(
    'is given back or told of another move, whichever is first: %s',
    async (order) => {
      const bought = ofShow();
      await service.tell(held(bought), paid(bought));
      await move();
      await service.tell(toldOfMove(2, second));
      const giveBack = () => cancel(replica, aFan(bought.userId), bought.reservationId);
      const acts = order === 'give back first' ? [giveBack, follow] : [() => follow(), giveBack];
      if (order === 'at the same moment') await Promise.all(acts.map((act) => act()));
      else for (const act of acts) await act();
      const told = (await news(bought)).map(([what]) => what);
      expect(told.filter((what) => what === 'cancelled')).toHaveLength(1);
      expect(told.at(-1)).toBe('cancelled');
      expect(await offered(bought)).toMatchObject({ status: 'CANCELLED' });
    },
  );
});
