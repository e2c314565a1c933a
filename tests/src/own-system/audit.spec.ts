import { randomBytes, randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { eventually } from '@frontrow/events/testing/eventually';
import type { Fan, SeatHoldAnswer } from '@frontrow/stack/fan';
import { databaseOf } from '@frontrow/stack/layout';
import { openSaleInHall } from '@frontrow/stack/open-sale';
import { Collector } from '../testing/collector.ts';
import { followByWebSocket } from '../testing/follow.ts';
import { admittedFan, concertOnSale, seesInTheEnd, startSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

let system: System;
let sale: Sale;
let database: Connection;
let collector: Collector;
/** The trace of the purchase, with the id that its fan's app gives it. */
const traceId = randomBytes(16).toString('hex');
const appsSpan = randomBytes(8).toString('hex');

beforeAll(async () => {
  collector = await Collector.start();
  system = await startSystem({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  sale = await concertOnSale(system);
  database = await createConnection(system.stack.mysqlUrl);
}, 120_000);

afterAll(async () => {
  await database.end();
  await system.stop();
  collector.stop();
}, 30_000);

describe('the audit', () => {
  it('names each row that was tampered with, under the invariant that it breaks', async () => {
    const { fan, pass, ticketId } = await admittedFan(system, sale);
    fan.traceparent = `00-${traceId}-${appsSpan}-01`;
    const { reservationId } = (await fan.hold(sale.scheduleId, pass, {
      bestAvailable: { count: 2 },
    })) as SeatHoldAnswer;
    const following = followByWebSocket<{ reservationChanged: { status: string } }>(
      fan,
      'subscription ($id: ID!) { reservationChanged(id: $id) { status } }',
      { id: reservationId },
    );
    await following.until(({ reservationChanged: { status } }) => status === 'PENDING');
    await fan.pay(reservationId);
    fan.traceparent = undefined;
    await following.until(({ reservationChanged: { status } }) => status === 'CONFIRMED');
    following.stop();
    await seesInTheEnd(fan, reservationId, { seats: ['SOLD', 'SOLD'], ticket: 'COMPLETED' });
    expect(await system.audit()).toEqual([]);

    const [soldByNobody, heldByNobody] = sale.seats.slice(-2).map(({ id }) => id);
    await change("UPDATE frontrow_concerts.seats SET status = 'SOLD' WHERE id = ?", soldByNobody);
    await change("UPDATE frontrow_concerts.seats SET status = 'HELD' WHERE id = ?", heldByNobody);
    await change('UPDATE frontrow_payments.payments SET amount = 1 WHERE reservation_id = ?', reservationId);
    await change('UPDATE frontrow_payments.wallets SET balance = 7 WHERE user_id = ?', fan.id);
    await change(
      "UPDATE frontrow_concerts.holds SET status = 'HELD' WHERE reservation_id = ?",
      reservationId,
    );
    await change('DELETE FROM frontrow_reservations.inbox WHERE consumer LIKE ?', '%payment-completed%');
    await change(
      "DELETE FROM frontrow_users.outbox WHERE type = 'user.registered.v1' AND subject = ?",
      fan.id,
    );
    await change('UPDATE frontrow_queue.tickets SET number = 99, max_active = 0 WHERE id = ?', ticketId);
    await change(
      'UPDATE frontrow_reservations.seat_tickets SET voided_at = issued_at WHERE reservation_id = ? AND position = 0',
      reservationId,
    );
    await change('UPDATE frontrow_concerts.fan_seats SET seats = 3 WHERE user_id = ?', fan.id);

    const breaches = await system.audit({ redeliveryMs: 0 });
    const naming = (invariant: number, part: string | undefined) =>
      breaches.filter(({ invariant: number, row }) => number === invariant && row.includes(String(part)));
    expect(naming(1, soldByNobody)).toHaveLength(1);
    expect(naming(2, heldByNobody)).toHaveLength(1);
    expect(naming(3, reservationId)).toHaveLength(1);
    expect(naming(4, fan.id)).toHaveLength(1);
    expect(naming(5, reservationId)).toHaveLength(1);
    expect(naming(6, 'payments: event')).toHaveLength(1);
    expect(naming(6, 'payments: inbox row')).toHaveLength(1);
    expect(naming(7, `${sale.concertId}, ticket 99`)).toHaveLength(1);
    expect(naming(7, sale.concertId)).toHaveLength(2);
    expect(naming(8, fan.id)).toHaveLength(1);
    expect(naming(9, reservationId)).toHaveLength(1);
  }, 60_000);

  it('does so, too, for doors, companions, standing areas, and shows that were cancelled or moved', async () => {
    const entered = await bought(await concertOnSale(system));
    const ticketId = await enter(entered);
    const { placeId, companionId, areaId } = await aHallOnSale();
    const [cancelled, unheard] = [await concertOnSale(system), await concertOnSale(system)];
    await system.operator.ask('mutation ($id: ID!) { cancelSchedule(id: $id) { __typename } }', {
      id: cancelled.scheduleId,
    });
    const moved = await concertOnSale(system);
    const [kept, givenBack] = [await bought(moved), await bought(moved)];
    await move(moved, [kept, givenBack]);
    await givenBack.fan.cancel(givenBack.reservationId);
    await givenBack.fan.reservationUntil(givenBack.reservationId, 'CANCELLED');

    const seatOf = ({ seats }: Sale, index: number) => seats[index]?.id ?? '';
    const [reservations, concerts] = [databaseOf('reservations'), databaseOf('concerts')];
    /** The invariant, the change, the row that is changed, and the row that is named if that is another one. */
    const tampered: [invariant: number, sql: string, row: string, named?: string][] = [
      [
        10,
        `UPDATE ${reservations}.reservations SET status = 'CANCELLED', ended_because = 'CANCELLED_BY_FAN' WHERE id = ?`,
        entered.reservationId,
        ticketId,
      ],
      [11, `UPDATE ${concerts}.seats SET status = 'KEPT_BACK' WHERE id = ?`, companionId, placeId],
      [
        11,
        `UPDATE ${concerts}.seats SET status = 'KEPT_BACK', reservation_id = id WHERE id = ?`,
        seatOf(unheard, 0),
      ],
      [11, `UPDATE ${concerts}.sections SET seats_per_row = seats_per_row + 1 WHERE id = ?`, areaId],
      [12, `UPDATE ${concerts}.seats SET status = 'SOLD' WHERE id = ?`, seatOf(cancelled, 0)],
      [12, `UPDATE ${concerts}.schedules SET cancelled_at = NOW(3) WHERE id = ?`, unheard.scheduleId],
      [
        13,
        `UPDATE ${reservations}.reservations SET starts_at = starts_at - INTERVAL 1 DAY WHERE id = ?`,
        kept.reservationId,
      ],
      [
        13,
        `UPDATE ${reservations}.reservations SET ended_at = refund_until WHERE id = ?`,
        givenBack.reservationId,
      ],
      [13, `UPDATE ${concerts}.schedules SET moves = moves + 1 WHERE id = ?`, moved.scheduleId],
    ];
    const named = async () => {
      const breaches = await system.audit({ redeliveryMs: 0 });
      return tampered.map(
        ([invariant, , changed, name = changed]) =>
          breaches.filter(({ invariant: number, row }) => number === invariant && row.includes(name)).length,
      );
    };
    expect(await named()).toEqual(tampered.map(() => 0));
    // Until the move is settled, a minute after the news of it, the service would mend what its reservations say.
    await change(
      `UPDATE ${reservations}.moved_schedules SET settled_at = NOW(3) WHERE schedule_id = ?`,
      moved.scheduleId,
    );
    for (const [, sql, row] of tampered) await change(sql, row);
    expect(await named()).toEqual(tampered.map(() => 1));
  }, 120_000);
});

interface Bought {
  readonly fan: Fan;
  readonly reservationId: string;
}

async function bought(of: Sale): Promise<Bought> {
  const { fan, pass } = await admittedFan(system, of);
  const wish = { bestAvailable: { count: 1 } };
  const { reservationId } = (await fan.hold(of.scheduleId, pass, wish)) as SeatHoldAnswer;
  await fan.pay(reservationId);
  await fan.reservationUntil(reservationId, 'CONFIRMED');
  return { fan, reservationId };
}

/** Lets a ticket in, and returns its id. */
async function enter({ fan, reservationId }: Bought): Promise<string> {
  const { reservation } = await fan.ask<{
    reservation: { schedule: { id: string }; tickets: { code: string }[] };
  }>('query ($id: ID!) { reservation(id: $id) { schedule { id } tickets { code } } }', { id: reservationId });
  const scan = { door: 'North', at: new Date().toISOString(), clientId: randomUUID() };
  const input = { code: reservation.tickets[0]?.code, scheduleId: reservation.schedule.id, ...scan };
  const { admission } = await system.operator.ask<{ admission: { ticketId: string } }>(
    'mutation ($input: AdmitTicketInput!) { admission: admitTicket(input: $input) { ... on Admission { ticketId } } }',
    { input },
  );
  return admission.ticketId;
}

/** Moves a show, and waits until each of these reservations says the new time. */
async function move({ scheduleId }: Sale, reservations: readonly Bought[]): Promise<void> {
  const day = (count: number) => new Date(Date.now() + count * 24 * 60 * 60 * 1_000).toISOString();
  await system.operator.ask(
    'mutation ($input: MoveScheduleInput!) { moveSchedule(input: $input) { __typename } }',
    { input: { scheduleId, startsAt: day(60), refundUntil: day(50) } },
  );
  for (const { fan, reservationId: id } of reservations) {
    await fan.until<{ reservation: { movedFrom: string | null } }>(
      'query ($id: ID!) { reservation(id: $id) { movedFrom } }',
      { id },
      ({ reservation }) => reservation.movedFrom !== null,
    );
  }
}

/** A date in a hall with a wheelchair place and a standing area. */
async function aHallOnSale(): Promise<{ placeId: string; companionId: string; areaId: string }> {
  const { scheduleId } = await openSaleInHall(
    system.operator,
    { title: 'A drawn hall', artist: 'The Stories', description: '', price: 100 },
    {
      name: 'A drawn hall',
      stage: { x: 0, y: 0, width: 1_000, depth: 400 },
      sections: [
        { name: 'Floor', kind: 'STANDING', x: 0, y: 300, seatsPerRow: 10, width: 500, depth: 300 },
        {
          ...{ name: 'A', kind: 'SEATED', x: 0, y: 1_000, seatsPerRow: 4 },
          wheelchairs: [{ row: 1, number: 1, companion: 2 }],
        },
      ],
    },
  );
  const { schedule } = await system.operator.ask<{ schedule: { seats: { id: string; label: string }[] } }>(
    'query ($id: ID!) { schedule(id: $id) { seats { id label } } }',
    { id: scheduleId },
  );
  const idOf = (label: string) => schedule.seats.find((seat) => seat.label === label)?.id ?? '';
  const [areas] = await database.query(
    `SELECT id FROM ${databaseOf('concerts')}.sections WHERE schedule_id = ? AND kind = 'STANDING'`,
    [scheduleId],
  );
  const [area] = areas as { id: string }[];
  return { placeId: idOf('A-1-1'), companionId: idOf('A-1-2'), areaId: area?.id ?? '' };
}

/** Changes one row directly in the database. */
async function change(sql: string, value: string | undefined): Promise<void> {
  const [result] = await database.query(sql, [value]);
  expect(result).toMatchObject({ affectedRows: 1 });
}

describe('a collector of traces', () => {
  it('has a purchase as one tree, from the app’s own span through every service that took part to the fan who is told', async () => {
    const involved = ['concerts', 'deliveries', 'gateway', 'payments', 'queue', 'reservations', 'sagas'];
    await eventually(() => {
      const services = new Set(collector.of(traceId).map(({ service }) => service));
      expect([...services]).toEqual(expect.arrayContaining(involved));
    });
    // Each process reports its spans within a second, so a parent may be reported after its children.
    await eventually(() => {
      const spans = collector.of(traceId);
      const known = new Set([appsSpan, ...spans.map(({ spanId }) => spanId)]);
      expect(spans.filter(({ parentSpanId }) => !known.has(parentSpanId ?? ''))).toEqual([]);
    });
    const spans = collector.of(traceId);
    expect(spans.filter(({ name }) => /^(SELECT|INSERT|UPDATE|COMMIT)/.test(name))).not.toEqual([]);
    const payment = ['payments: POST /graphql', 'gateway: POST /graphql'];
    expect(collector.pathOf(traceId, 'sagas', 'handle seats.sold.v1')).toEqual([
      'sagas: handle seats.sold.v1',
      'concerts: handle reservation.confirmed.v1',
      'reservations: handle payment.completed.v1',
      ...payment,
    ]);
    // Whichever they hear of first: the payment, or the confirmation that follows from it.
    const told = collector.pathOf(traceId, 'reservations', 'tell followers of a reservation');
    expect(told[0]).toBe('reservations: tell followers of a reservation');
    expect(told.slice(-2)).toEqual(payment);
    expect(collector.pathOf(traceId, 'reservations', 'subscribe reservationChanged')).toEqual([
      'reservations: subscribe reservationChanged',
      'gateway: subscribe reservationChanged',
    ]);
  });
});
