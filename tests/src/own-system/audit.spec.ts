import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { eventually } from '@frontrow/events/testing/eventually';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
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
    expect(naming(7, `${sale.concertId}, ticket 99`)).toHaveLength(1);
    expect(naming(7, sale.concertId)).toHaveLength(2);
    expect(naming(8, fan.id)).toHaveLength(1);
    expect(naming(9, reservationId)).toHaveLength(1);
  }, 60_000);
});

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
