import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@frontrow/events/testing/eventually';
import type { Fan, SeatHoldAnswer } from '@frontrow/stack/fan';
import { databaseOf } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { brokersOfAll } from '@frontrow/stack/testing/story-stack';
import { Collector } from '../testing/collector.ts';
import {
  admittedFan,
  concertOnSale,
  killAllAndThen,
  processesOf,
  seesInTheEnd,
  startSystem,
} from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

let system: System;
let sale: Sale;
/** A connection that may change every database, to break things. */
let root: Connection;
let collector: Collector;

beforeAll(async () => {
  // A cluster whose brokers were all killed takes 10 to 15 s until it works again.
  const compensateAfter = brokersOfAll === 1 ? '12' : '30';
  const patience = { REPLAY_AFTER_SECONDS: '3', COMPENSATE_AFTER_SECONDS: compensateAfter };
  collector = await Collector.start();
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  system = await startSystem({ environment: { ...patience, ...traces } });
  sale = await concertOnSale(system, { rows: 20, seatsPerRow: 20 });
  root = await createConnection(system.stack.mysqlUrl);
  if (brokersOfAll === 1) return;
  // The first deliveries of a new cluster may take so long that sagas asks for the events again.
  const { fan, id } = await holder();
  await fan.pay(id);
  await fan.reservationUntil(id, 'CONFIRMED');
}, 120_000);

afterAll(async () => {
  await root.end();
  await system.stop();
  collector.stop();
}, 30_000);

const reachInto = (service: Subgraph, sql: string) =>
  root.query(`USE ${databaseOf(service)}`).then(() => root.query(sql));

/** A fan with 10,000 points who holds two seats at 100 points each, and may pay. */
async function holder() {
  const { fan, pass } = await admittedFan(system, sale);
  const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 2 } })) as SeatHoldAnswer;
  await fan.reservationUntil(hold.reservationId, 'PENDING');
  return { fan, id: hold.reservationId };
}

interface Saga {
  status: string;
  endedAt: string | null;
  steps: { name: string; service: string; at: string; status: string; data: unknown; error: string | null }[];
}
const sagaQuery = `query ($id: ID!) {
  reservation(id: $id) { saga { status endedAt steps { name service at status data error } } }
}`;
async function sagaUntil(viewer: Fan, id: string, status: string, withinMs = 30_000): Promise<Saga> {
  const { reservation } = await viewer.until<{ reservation: { saga: Saga | null } }>(
    sagaQuery,
    { id },
    ({ reservation }) => reservation.saga?.status === status,
    withinMs,
  );
  return reservation.saga as Saga;
}
const names = ({ steps }: Saga) => steps.map(({ name }) => name);

const putBack = {
  reservation: 'CANCELLED',
  payment: 'REFUNDED',
  seats: ['AVAILABLE', 'AVAILABLE'],
  balance: 10_000,
};
const sold = { reservation: 'CONFIRMED', payment: 'COMPLETED', seats: ['SOLD', 'SOLD'], balance: 9_800 };

describe('the saga of a purchase', () => {
  it('is shown by the API: to the fan who did what and when, to an operator everything', async () => {
    const { fan, id } = await holder();
    await sagaUntil(fan, id, 'AWAITING_PAYMENT');
    await fan.pay(id);
    const { endedAt, steps } = await sagaUntil(fan, id, 'COMPLETED');
    expect(steps.map(({ name, service, status }) => [name, service, status])).toEqual([
      ['seats.held', 'concerts', 'COMPLETED'],
      ['reservation.created', 'reservations', 'COMPLETED'],
      ['payment.completed', 'payments', 'COMPLETED'],
      ['reservation.confirmed', 'reservations', 'COMPLETED'],
      ['seats.sold', 'concerts', 'COMPLETED'],
    ]);
    expect(endedAt).toBe(steps.at(-1)?.at);
    expect(steps.map(({ data, error }) => [data, error])).toEqual(Array(5).fill([null, null]));
    const seen = await sagaUntil(system.operator, id, 'COMPLETED');
    expect(seen.steps[2]).toMatchObject({ data: { reservationId: id, amount: 200 }, error: null });
  });

  it('shows how it was compensated', async () => {
    const { fan, id } = await holder();
    await fan.cancel(id);
    expect(names(await sagaUntil(fan, id, 'COMPENSATED'))).toEqual([
      ...['seats.held', 'reservation.created', 'reservation.cancelled', 'seats.released'],
    ]);
  });
});

describe('an event that a service cannot handle', () => {
  it('is shown to an operator within 5 s, its purchase is compensated, and a replay after the repair does no harm', async () => {
    const { fan, id } = await holder();
    await reachInto(
      'reservations',
      `ALTER TABLE reservations ADD CONSTRAINT poison CHECK (id <> '${id}' OR status <> 'CONFIRMED')`,
    );
    const traceId = randomBytes(16).toString('hex');
    fan.traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
    expect(await fan.pay(id)).toMatchObject({ status: 'COMPLETED' });
    fan.traceparent = undefined;
    const letter = await openDeadLetter(id, 5_000);
    expect(letter).toMatchObject({
      consumer: 'reservations-on-payment-completed-v1',
      eventType: 'payment.completed.v1',
      event: { data: { reservationId: id } },
      attempts: 5,
      error: expect.stringContaining('poison'),
    });
    await seesInTheEnd(fan, id, { ...putBack, because: 'COMPENSATED' });
    const story = await sagaUntil(fan, id, 'COMPENSATED');
    expect(names(story)).toEqual(
      expect.arrayContaining(['consumer.dead-lettered', 'saga.compensation-requested', 'payment.refunded']),
    );

    // That it failed five times, was given up and is put back is one tree with the payment.
    await eventually(() =>
      expect(collector.pathOf(traceId, 'payments', 'handle saga.compensation-requested.v1')).toEqual([
        'payments: handle saga.compensation-requested.v1',
        'sagas: handle consumer.dead-lettered.v1',
        'reservations: give up payment.completed.v1',
        'payments: POST /graphql',
        'gateway: POST /graphql',
      ]),
    );
    // On a slow machine the payment may be published again, and be handled once the purchase is put back.
    const attempts = collector
      .of(traceId)
      .filter(({ service, name }) => service === 'reservations' && name === 'handle payment.completed.v1');
    const failures = attempts.filter(({ status }) => status.message?.includes('poison'));
    expect(failures.length).toBeGreaterThanOrEqual(5);

    await reachInto('reservations', 'ALTER TABLE reservations DROP CONSTRAINT poison');
    expect(await replay(letter.id)).toEqual({ __typename: 'DeadLetter', status: 'REPLAYED' });
    // The payment is handled at last, and is refused because it comes too late.
    await system.operator.until<{ reservation: { saga: Saga } }>(sagaQuery, { id }, ({ reservation }) =>
      names(reservation.saga).includes('reservation.confirm-failed'),
    );
    await seesInTheEnd(fan, id, { ...putBack, because: 'COMPENSATED' });
    await sagaUntil(fan, id, 'COMPENSATED');
    expect(await replay(letter.id)).toEqual({ __typename: 'Refusal', code: 'ALREADY_SETTLED' });
  }, 60_000);
});

describe('a saga that stands still', () => {
  afterEach(loseNoMore);

  it('continues by itself when an event was lost on its way', async () => {
    const { fan, id } = await holder();
    await payAndLoseConfirmation(fan, id, { forGood: false });
    await seesInTheEnd(fan, id, sold);
    // A cluster may come back without the end of the stream. Then it is published again before sagas asks for it.
    const asked = brokersOfAll === 1 ? ['saga.replay-requested'] : [];
    await eventually(async () =>
      expect(names(await sagaUntil(system.operator, id, 'COMPLETED'))).toEqual(
        expect.arrayContaining([...asked, 'reservation.confirmed']),
      ),
    );
  }, 90_000);

  it('is compensated when nothing else helps, and what arrives in the end changes nothing', async () => {
    const { fan, id } = await holder();
    await payAndLoseConfirmation(fan, id, { forGood: true });
    await fan.reservationUntil(id, 'CONFIRMED');
    expect(names(await sagaUntil(system.operator, id, 'STALLED'))).toContain('saga.replay-requested');
    await seesInTheEnd(fan, id, { ...putBack, because: 'COMPENSATED' });
    await sagaUntil(fan, id, 'COMPENSATED');

    await loseNoMore();
    await reachInto('reservations', `UPDATE outbox SET published_at = NULL WHERE subject = '${id}'`);
    await system.operator.until<{ reservation: { saga: Saga } }>(sagaQuery, { id }, ({ reservation }) =>
      names(reservation.saga).includes('seats.sale-failed'),
    );
    await seesInTheEnd(fan, id, { ...putBack, because: 'COMPENSATED' });
    await sagaUntil(fan, id, 'COMPENSATED');
  }, 90_000);
});

describe('the log', () => {
  it('is complete again after its tables were emptied', async () => {
    const before = await logRows();
    expect(before.length).toBeGreaterThan(20);
    const victims = processesOf(system.stack, 'sagas');
    await killAllAndThen(victims, async () => {
      await reachInto('sagas', 'DELETE FROM steps');
      await reachInto('sagas', 'DELETE FROM sagas');
    });
    for (const victim of victims) await victim.waitUntilReady();
    const giveUpAt = Date.now() + 20_000;
    while ((await logRows()).length < before.length && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await logRows()).toEqual(before);
  }, 60_000);

  it('is what the audit compares with the databases, and it finds nothing', async () => {
    expect(await system.audit()).toEqual([]);
  }, 60_000);

  it('is what the audit shows beside a row that is wrong', async () => {
    const { fan, id } = await holder();
    await fan.pay(id);
    await sagaUntil(fan, id, 'COMPLETED');
    await reachInto('payments', `UPDATE payments SET amount = 1 WHERE reservation_id = '${id}'`);
    const breaches = await system.audit({ redeliveryMs: 0 });
    const breach = breaches.find(({ row }) => row === `reservations: reservation ${id}`);
    expect(breach).toMatchObject({ invariant: 3, problem: expect.stringContaining('costs 200 points') });
    expect(breach?.log).toHaveLength(5);
    expect(breach?.log?.[2]).toMatch(/^20[-0-9]+T[:.0-9]+Z payments: payment.completed COMPLETED$/);
  }, 60_000);
});

/** The dead letter of this purchase, as soon as the operator can see it. */
async function openDeadLetter(reservationId: string, withinMs: number) {
  interface Letter {
    id: string;
    saga: { id: string } | null;
  }
  const find = (data: { deadLetters: { edges: { node: Letter }[] } }) =>
    data.deadLetters.edges.map(({ node }) => node).find(({ saga }) => saga?.id === reservationId);
  const data = await system.operator.until<Parameters<typeof find>[0]>(
    `{ deadLetters(status: OPEN) { edges { node { id consumer eventType event attempts error saga { id } } } } }`,
    {},
    (data) => find(data) !== undefined,
    withinMs,
  );
  return find(data) as Letter;
}

async function replay(id: string) {
  const { answer } = await system.operator.ask<{ answer: object }>(
    `mutation ($id: ID!) { answer: replayDeadLetter(id: $id) {
      __typename ... on DeadLetter { status } ... on Refusal { code } } }`,
    { id },
  );
  return answer;
}

/**
 * Marks the confirmation of this purchase as published, which it is not. It is committed while the broker is away, so nobody
 * publishes it at once: its transaction waits for a lock that is released when every replica has noticed that the broker is gone.
 * The mark is so old that the consumers have already compared what they got with what was published: only a replay helps. With
 * `forGood`, reservations publishes nothing again.
 */
async function payAndLoseConfirmation(fan: Fan, id: string, { forGood }: { forGood: boolean }) {
  const isIt = `NEW.type = 'reservation.confirmed.v1' AND NEW.subject = '${id}' AND NEW.published_at IS NULL`;
  const wait = "DO GET_LOCK('broker_is_away', 60); DO RELEASE_LOCK('broker_is_away');";
  const pretend = `IF ${isIt} THEN ${wait} SET NEW.published_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR; END IF;`;
  await reachInto(
    'reservations',
    `CREATE TRIGGER lose_at_first BEFORE INSERT ON outbox FOR EACH ROW BEGIN ${pretend} END`,
  );
  if (forGood) {
    // Not even when brokers come back without the end of the stream, after which everything is published again.
    const nothing = 'FOR EACH ROW SET NEW.last_position = 0';
    await reachInto('reservations', `CREATE TRIGGER lose_again BEFORE INSERT ON republications ${nothing}`);
  }
  await root.query("DO GET_LOCK('broker_is_away', 0)");
  await fan.pay(id);
  await untilThereIs(`SELECT 1 FROM information_schema.processlist WHERE state = 'User lock'`);
  await killAllAndThen(system.stack.nats, async () => {
    await eventually(async () => {
      const ready = await Promise.all(processesOf(system.stack, 'reservations').map((it) => it.isReady()));
      expect(ready).not.toContain(true);
    });
    await root.query("DO RELEASE_LOCK('broker_is_away')");
    await untilThereIs(`SELECT 1 FROM outbox WHERE subject = '${id}' AND type = 'reservation.confirmed.v1'`);
  });
}

async function untilThereIs(sql: string): Promise<void> {
  for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt;) {
    const [rows] = await reachInto('reservations', sql);
    if ((rows as unknown[]).length > 0) return;
    await pause(20);
  }
  throw new Error(`There was nothing to be found by ${sql}`);
}

async function loseNoMore() {
  for (const trigger of ['lose_at_first', 'lose_again']) {
    await reachInto('reservations', `DROP TRIGGER IF EXISTS ${trigger}`);
  }
}

async function logRows(): Promise<unknown[]> {
  const [found] = await reachInto(
    'sagas',
    `SELECT steps.event_id, steps.saga_id, steps.name, steps.at, sagas.status, sagas.ended_at
     FROM steps JOIN sagas ON sagas.id = steps.saga_id ORDER BY steps.event_id`,
  );
  return found as unknown[];
}
