import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@frontrow/events/testing/eventually';
import { newId } from '@frontrow/kit/ids';
import { rootFolder } from '@frontrow/stack/home';
import { databaseOf, subgraphs } from '@frontrow/stack/layout';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { manyAccounts } from '@frontrow/stack/testing/accounts';
import { createConnection } from 'mysql2/promise';
import { followByWebSocket } from '../testing/follow.ts';
import { deliveriesOf, outsideOf } from '../testing/outside.ts';
import { hasPrometheus, metricsOf, scrapeInterval, startPrometheus } from '../testing/prometheus.ts';
import type { Prometheus } from '../testing/prometheus.ts';
import { buySeats } from '../testing/purchases.ts';
import { admittedFan, concertOnSale, killAllAndThen, seesInTheEnd, startSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

/*
 * Each alert is fired by what it is about, in a system that runs, and ends when that is mended. Expressions and thresholds are those of
 * alerts.yml; only time passes faster. What has to last for minutes lasts for 8 s here, which is longer than a process tells a gauge that
 * it has read (5 s) and a scrape; and a range of 15 minutes is one of 90 s. promtool checks the real times (alerts.test.yml).
 */
const written = readFileSync(join(rootFolder, 'deploy/prometheus/alerts.yml'), 'utf8');
const rules = written
  .replace(/(?<=^ +for: )\w+/gm, '8s')
  .replace(/\[(\d+)m\]/g, (_, minutes) => `[${Number(minutes) * 6}s]`);
const names = [...written.matchAll(/alert: (\w+)/g)].map(([, name = '']) => name);

let system: System;
let sale: Sale;
let prometheus: Prometheus;
const fired = new Set<string>();
const beganAt = Date.now();

(hasPrometheus ? describe : describe.skip)('an alert (skipped where there is no Prometheus)', () => {
  beforeAll(async () => {
    const environment = {
      ...{ RETRY_EVERY_SECONDS: '1', CIRCUIT_OPEN_MS: '3000' },
      ...{ REPLAY_AFTER_SECONDS: '3', COMPENSATE_AFTER_SECONDS: '120' },
    };
    system = await startSystem({ replicas: 1, natsServers: 1, environment });
    sale = await concertOnSale(system, { rows: 10, seatsPerRow: 10 });
    prometheus = await startPrometheus(system.stack, rules);
    const all = metricsOf(system.stack).length;
    await eventually(async () => expect(await answers(`sum(up) == ${all}`)).toBe(true), 60_000);
  }, 180_000);

  afterAll(async () => {
    await prometheus.stop();
    await system.stop();
  }, 60_000);

  it('is not fired by purchases, refusals and followers', async () => {
    const { fan, id } = await holder();
    const following = followByWebSocket<object>(
      fan,
      'subscription ($id: ID!) { reservationChanged(id: $id) { status } }',
      { id },
    );
    await fan.pay(id);
    expect(await fan.pay(id)).toMatchObject({ __typename: 'Refusal' });
    await buySeats(system, sale, 2);
    await eventually(async () => expect(await answers('frontrow_subscribers > 0')).toBe(true));
    following.stop();
    expect(await firingSince(beganAt)).toEqual([]);
  }, 60_000);

  it('DeadLetter is fired by an event that cannot be handled, until an operator has it handled again', async () => {
    const { fan, id } = await holder();
    await fires(['DeadLetter'], async (untilFired) => {
      await asRoot(`ALTER TABLE frontrow_reservations.reservations
        ADD CONSTRAINT poison CHECK (id <> '${id}' OR status <> 'CONFIRMED')`);
      await fan.pay(id);
      await untilFired();
      await asRoot('ALTER TABLE frontrow_reservations.reservations DROP CONSTRAINT poison');
      await replayDeadLetters();
    });
    await seesInTheEnd(fan, id, { reservation: 'CANCELLED', payment: 'REFUNDED', balance: 10_000 });
  }, 120_000);

  it('CircuitIsOpen is fired by an outside system that is down', async () => {
    const { dataPlatform } = outsideOf(system);
    await fires(['CircuitIsOpen DATA_PLATFORM'], async (untilFired) => {
      await dataPlatform.behave({ isDown: true });
      await buySeats(system, sale, 6);
      await untilFired();
      await dataPlatform.behave({});
    });
  }, 120_000);

  it('ConsumerLags is fired by a lock that stops a consumer while more than a thousand fans register', async () => {
    await fires(['ConsumerLags deliveries-on-user-registered-v1'], async (untilFired) => {
      await asRoot('LOCK TABLES frontrow_deliveries.inbox WRITE', async () => {
        await manyAccounts(system.stack, 1_100, { withWallets: true });
        await untilFired();
      });
    });
  }, 120_000);

  it('ProcessDown and SagaIsStuck are fired by a service that stands still in the middle of a purchase', async () => {
    const { fan, id } = await holder();
    const concerts = system.stack.process('concerts');
    await fires(['ProcessDown concerts', 'SagaIsStuck'], async (untilFired) => {
      concerts.kill('SIGSTOP');
      await fan.pay(id);
      await untilFired();
      concerts.kill('SIGCONT');
    });
    await seesInTheEnd(fan, id, { reservation: 'CONFIRMED', seats: ['SOLD'], balance: 9_900 });
  }, 120_000);

  it('InvariantIsBroken is fired by a purchase that was paid twice', async () => {
    const { fan, id } = await holder();
    await fan.pay(id);
    await seesInTheEnd(fan, id, { reservation: 'CONFIRMED', seats: ['SOLD'] });
    const secondPayment = newId();
    await fires(['InvariantIsBroken PAID_TWICE'], async (untilFired) => {
      await asRoot(`INSERT INTO frontrow_payments.outbox (id, type, subject, envelope, created_at)
        SELECT '${secondPayment}', type, subject, REPLACE(envelope, id, '${secondPayment}'), UTC_TIMESTAMP(3)
        FROM frontrow_payments.outbox WHERE subject = '${id}' AND type = 'payment.completed.v1'`);
      await untilFired();
      await asRoot(`DELETE FROM frontrow_sagas.steps WHERE event_id = '${secondPayment}'`);
      await asRoot(`UPDATE frontrow_sagas.sagas SET breaks = NULL WHERE id = '${id}'`);
    });
  }, 120_000);

  it('BrokerDown and OutboxIsOld are fired by a broker that is away while a fan pays', async () => {
    const { fan, id } = await holder();
    await untilPublished();
    const brokerDown = subgraphs.map((service) => `BrokerDown ${service}`);
    await fires([...brokerDown, 'OutboxIsOld payments'], (untilFired) =>
      killAllAndThen(system.stack.nats, async () => {
        await fan.pay(id);
        await untilFired();
      }),
    );
    await seesInTheEnd(fan, id, { reservation: 'CONFIRMED', seats: ['SOLD'], balance: 9_900 });
  }, 120_000);

  it('DatabaseDown and OperationsFail are fired by a database that is away while an operator asks', async () => {
    const databaseDown = subgraphs.map((service) => `DatabaseDown ${service}`);
    const askInVain = () => expect(deliveriesOf(system, 'PENDING')).rejects.toThrow();
    await fires([...databaseDown, 'OperationsFail'], async (untilFired) => {
      // While its database is away, a service is asked nothing, so this is the root field that fails.
      await asRoot('RENAME TABLE frontrow_deliveries.deliveries TO frontrow_deliveries.away', askInVain);
      await asRoot('RENAME TABLE frontrow_deliveries.away TO frontrow_deliveries.deliveries');
      await system.stack.mysql.killAndThen(() => untilFired(askInVain));
    });
  }, 120_000);

  // It ends a quarter of an hour after the crashes, which is not waited for. A busy machine may start so slowly that the process is down, too.
  it('ProcessRestarts is fired by a gateway that crashes three times', async () => {
    const gateway = system.stack.process('gateway');
    await fires(
      ['ProcessRestarts gateway'],
      async (untilFired) => {
        for (let crash = 1; crash <= 3; crash++) {
          gateway.kill('SIGKILL');
          const isSeen = `changes(process_start_time_seconds{service="gateway"}[5m]) == ${crash}`;
          await eventually(async () => expect(await answers(isSeen)).toBe(true), 30_000);
        }
        await untilFired();
      },
      { ends: false, perhaps: 'ProcessDown gateway' },
    );
  }, 240_000);

  it('has been fired, whichever it is', () => {
    expect([...fired].sort()).toEqual(names.sort());
  });

  it('is not all that Prometheus knows of it: every query of every dashboard had an answer', async () => {
    const queries = queriesOfDashboards().map((query) =>
      query.replaceAll('$__rate_interval', `${String(4 * scrapeInterval)}s`),
    );
    const unanswered = [];
    for (const query of queries)
      if ((await prometheus.askSince(beganAt, query)).length === 0) unanswered.push(query);
    expect(queries.length).toBeGreaterThan(30);
    expect(unanswered).toEqual([]);
  });
});

const answers = async (query: string) => (await prometheus.ask(query)).length > 0;
const firingAlerts = 'ALERTS{alertstate="firing"}';
/** Alerts by their names and what they are about: a service, a consumer, a target … */
function told(alerts: Awaited<ReturnType<Prometheus['ask']>>): string[] {
  const all = alerts.map(({ metric }) => {
    const { alertname = '', consumer, target, invariant, service, instance } = metric;
    return `${alertname} ${consumer ?? target ?? invariant ?? service ?? instance ?? ''}`.trim();
  });
  return [...new Set(all)].sort();
}
const firing = async () => told(await prometheus.ask(firingAlerts));
const firingSince = async (instant: number) => told(await prometheus.askSince(instant, firingAlerts));

/**
 * Sees that these alerts fire while `trouble` lasts, that they end after it, and that no others fire meanwhile.
 * `trouble` causes them, waits until they have fired (doing `meanwhile` again and again), and mends what it has done.
 */
async function fires(
  alerts: readonly string[],
  trouble: (untilFired: (meanwhile?: () => Promise<unknown>) => Promise<void>) => Promise<void>,
  { ends = true, perhaps = '' } = {},
): Promise<void> {
  expect(await firing()).toEqual([]);
  const since = Date.now();
  await trouble((meanwhile) =>
    eventually(async () => {
      await meanwhile?.();
      expect(await firing()).toEqual(expect.arrayContaining([...alerts]));
    }, 60_000),
  );
  if (ends) await eventually(async () => expect(await firing()).toEqual([]), 60_000);
  // What has just fired may be missing in the first answer.
  await eventually(async () =>
    expect((await firingSince(since)).filter((alert) => alert !== perhaps)).toEqual([...alerts].sort()),
  );
  for (const alert of alerts) fired.add(alert.replace(/ .*/, ''));
}

/** Changes something in any database, and keeps the connection, with its locks, as long as `work` lasts. */
async function asRoot(sql: string, work?: () => Promise<void>): Promise<unknown> {
  const root = await createConnection(system.stack.mysqlUrl);
  try {
    const [rows] = await root.query(sql);
    await work?.();
    return rows;
  } finally {
    await root.end();
  }
}

/** Waits until every outbox has noted that its events are published; what has not been noted counts as waiting. */
async function untilPublished(): Promise<void> {
  const left = subgraphs.map(
    (service) => `SELECT id FROM ${databaseOf(service)}.outbox WHERE published_at IS NULL`,
  );
  await eventually(async () => expect(await asRoot(left.join(' UNION ALL '))).toEqual([]));
}

/** A fan with 10,000 points who holds a seat at 100 points, and may pay. */
async function holder() {
  const { fan, pass } = await admittedFan(system, sale);
  const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 1 } })) as SeatHoldAnswer;
  await fan.reservationUntil(hold.reservationId, 'PENDING');
  return { fan, id: hold.reservationId };
}

async function replayDeadLetters(): Promise<void> {
  const { deadLetters } = await system.operator.ask<{ deadLetters: { edges: { node: { id: string } }[] } }>(
    '{ deadLetters(status: OPEN) { edges { node { id } } } }',
  );
  for (const { node } of deadLetters.edges)
    await system.operator.ask('mutation ($id: ID!) { replayDeadLetter(id: $id) { __typename } }', node);
}

function queriesOfDashboards(): string[] {
  const folder = join(rootFolder, 'deploy/grafana/dashboards');
  return readdirSync(folder).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  });
}
