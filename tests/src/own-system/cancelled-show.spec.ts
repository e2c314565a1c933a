import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { databaseOf } from '@frontrow/stack/layout';
import type { Fan, SeatHoldAnswer } from '@frontrow/stack/fan';
import { eventually } from '@frontrow/events/testing/eventually';
import { admittedFan, concertOnSale, crowdOf, startSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

const fansAtOnce = 25;
const buyers = 200;
const seatsOfEach = 10;
const price = 100;
const charged = 1_000;

let system: System;
let sale: Sale;
let crowd: Fan[];
/** A connection that may change every database. */
let root: Connection;

beforeAll(async () => {
  system = await startSystem();
  root = await createConnection(system.stack.mysqlUrl);
  sale = await concertOnSale(system, { rows: 50, seatsPerRow: 50, price, maxSeatsPerFan: seatsOfEach });
  crowd = await crowdOf(system, buyers);
  const left = [...crowd];
  await Promise.all(
    Array.from({ length: fansAtOnce }, async () => {
      for (let fan = left.pop(); fan !== undefined; fan = left.pop()) await buy(fan);
    }),
  );
}, 300_000);

afterAll(async () => {
  await root.end();
  await system.stop();
}, 30_000);

async function buy(fan: Fan): Promise<void> {
  await fan.charge(charged);
  const { pass } = await fan.waitForAdmission(sale.concertId);
  const wish = { bestAvailable: { count: seatsOfEach } };
  const { reservationId } = (await fan.hold(sale.scheduleId, pass, wish)) as SeatHoldAnswer;
  await fan.pay(reservationId);
}

const parts = `reservationTotals { status reservations seats total }
  cancellation { reservationsLeft reservationsCancelled refundsLeft refunds refundedPoints }
  availability { held sold } concert { waitingRoom { status } }`;

interface Shown {
  readonly reservationTotals: { status: string; reservations: number; seats: number; total: number }[];
  readonly cancellation: Record<string, number> | null;
  readonly availability: { held: number; sold: number };
  readonly concert: { waitingRoom: { status: string } };
}

const showUntil = async (isReached: (shown: Shown) => boolean) => {
  const query = `query ($id: ID!) { schedule(id: $id) { ${parts} } }`;
  const { schedule } = await system.operator.until<{ schedule: Shown }>(
    query,
    { id: sale.scheduleId },
    ({ schedule }) => isReached(schedule),
    180_000,
  );
  return schedule;
};

async function countOf(status: string): Promise<number> {
  const [rows] = await root.query(
    `SELECT COUNT(*) AS count FROM ${databaseOf('reservations')}.reservations WHERE schedule_id = ? AND status = ?`,
    [sale.scheduleId, status],
  );
  return (rows as [{ count: number }])[0].count;
}

describe('a show with 2,000 sold seats that is cancelled', () => {
  it('is rehearsed before: the operator sees how many reservations, seats and points it affects', async () => {
    const { reservationTotals, cancellation, availability } = await showUntil(
      ({ availability }) => availability.sold === buyers * seatsOfEach,
    );
    const [seats, total] = [buyers * seatsOfEach, buyers * seatsOfEach * price];
    expect(reservationTotals).toEqual([{ status: 'CONFIRMED', reservations: buyers, seats, total }]);
    expect(cancellation).toBeNull();
    expect(availability.held).toBe(0);
  }, 60_000);

  it('is compensated to the last point, though its services are killed in the middle', async () => {
    const holding = await admittedFan(system, sale);
    const wish = { bestAvailable: { count: 2 } };
    await holding.fan.hold(sale.scheduleId, holding.pass, wish);
    // Another transaction keeps some reservations locked, so that the kill comes in the middle, however fast the rest is.
    await root.beginTransaction();
    await root.query(
      `SELECT id FROM ${databaseOf('reservations')}.reservations WHERE schedule_id = ? AND status = 'CONFIRMED'
       ORDER BY id LIMIT 50 FOR UPDATE`,
      [sale.scheduleId],
    );
    const cancelled = await system.operator.ask<{ cancelSchedule: { cancelledAt: string } }>(
      'mutation ($id: ID!) { cancelSchedule(id: $id) { ... on Schedule { cancelledAt } } }',
      { id: sale.scheduleId },
    );
    expect(cancelled.cancelSchedule.cancelledAt).toEqual(expect.any(String));
    await eventually(async () => {
      expect(await countOf('CANCELLED')).toBeGreaterThan(0);
    });
    const victims = system.stack.processes.filter(({ name }) => /^(reservations|payments)/.test(name));
    for (const victim of victims) victim.kill('SIGKILL');
    expect(await countOf('CONFIRMED')).toBeGreaterThanOrEqual(50);
    await root.rollback();
    for (const victim of victims) await victim.waitUntilReady();

    const { cancellation, availability, concert } = await showUntil(
      ({ cancellation, availability }) =>
        cancellation?.['reservationsLeft'] === 0 &&
        cancellation['refunds'] === buyers &&
        availability.sold + availability.held === 0,
    );
    expect(cancellation).toMatchObject({
      ...{ reservationsCancelled: buyers + 1, refundsLeft: 0 },
      refundedPoints: buyers * seatsOfEach * price,
    });
    expect(availability).toEqual({ held: 0, sold: 0 });
    expect(concert.waitingRoom.status).toBe('CLOSED');
    const answer = await holding.fan.hold(sale.scheduleId, holding.pass, wish);
    expect(answer).toMatchObject({ code: 'SHOW_CANCELLED' });
  }, 240_000);

  it('leaves every fan with what they had charged, once, and with the reason', async () => {
    const [rows] = await root.query(
      `SELECT balance, COUNT(*) AS wallets FROM ${databaseOf('payments')}.wallets WHERE user_id IN (?) GROUP BY balance`,
      [crowd.map(({ id }) => id)],
    );
    expect(rows).toEqual([{ balance: charged, wallets: buyers }]);
    const fan = crowd[0] as Fan;
    const { me } = await fan.ask<{ me: { reservations: { edges: { node: object }[] } } }>(
      '{ me { reservations { edges { node { status endedBecause payment { status } } } } } }',
    );
    expect(me.reservations.edges.map(({ node }) => node)).toEqual([
      { status: 'CANCELLED', endedBecause: 'SHOW_CANCELLED', payment: { status: 'REFUNDED' } },
    ]);
  }, 30_000);

  it('is in the log of operators, and leaves nothing for the audit to find', async () => {
    const { operatorActions } = await system.operator.until<{
      operatorActions: { edges: { node: { action: string; subjectId: string } }[] };
    }>('{ operatorActions { edges { node { action subjectId } } } }', {}, ({ operatorActions }) =>
      operatorActions.edges.some(({ node }) => node.action === 'cancelSchedule'),
    );
    expect(operatorActions.edges.map(({ node }) => node)).toContainEqual({
      action: 'cancelSchedule',
      subjectId: sale.scheduleId,
    });
    expect(await system.audit()).toEqual([]);
  }, 120_000);
});
