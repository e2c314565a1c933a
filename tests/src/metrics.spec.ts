import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricTable } from '@frontrow/kit/metric-table';
import type { Exporter } from '@frontrow/kit/metric-table';
import { rootFolder } from '@frontrow/stack/home';
import { metricsPort, replicaPort, subgraphs } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { standGuard } from '@frontrow/stack/processes/guard';
import { launch } from '@frontrow/stack/processes/process';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { freePorts } from '@frontrow/stack/servers/ports';
import { findPrometheus } from '@frontrow/stack/servers/programs';
import { eventually } from '@frontrow/events/testing/eventually';
import { admittedFan, concertOnSale, seesInTheEnd, sharedSystem } from './testing/system.ts';
import type { System } from './testing/system.ts';

const services = ['gateway', ...subgraphs] as const;
type Service = (typeof services)[number];

let system: System;
beforeAll(async () => {
  system = await sharedSystem();
  const sale = await concertOnSale(system);
  const { fan, pass } = await admittedFan(system, sale);
  const { reservationId: id } = (await fan.hold(sale.scheduleId, pass, {
    bestAvailable: { count: 2 },
  })) as SeatHoldAnswer;
  await fan.pay(id);
  await seesInTheEnd(fan, id, { reservation: 'CONFIRMED', seats: ['SOLD', 'SOLD'] });
  // One fan is admitted.
  await admittedFan(system, sale);
  // This payment is refused, because there is nothing to pay any more.
  await fan.pay(id);
}, 120_000);

/** The addresses of every process's metrics, including replicas, because any of them may have handled an event. */
const addresses = () =>
  system.stack.services.map(({ name }) => {
    const [, service = '', replica = '1'] = /^([a-z]+)(?:-(\d+))?$/.exec(name) ?? [];
    const url = service === 'gateway' ? system.url : system.stack.subgraphUrl(service as Subgraph);
    const port = metricsPort(replicaPort(Number(new URL(url).port), Number(replica) - 1));
    return { service: service as Service, address: `127.0.0.1:${String(port)}` };
  });
async function told(...of: readonly Service[]): Promise<string> {
  const asked = addresses().filter(({ service }) => of.includes(service));
  const texts = asked.map(async ({ address }) => (await fetch(`http://${address}/metrics`)).text());
  return (await Promise.all(texts)).join('\n');
}
const isBy = (service: Service, by: Exporter) =>
  by === 'all' || by === service || (by === 'subgraphs' && service !== 'gateway');

describe('/metrics of a system that sells', () => {
  it.each(services)('%s reports what the table says about it, and nothing else', async (service) => {
    const text = await told(service);
    const names = new Set([...text.matchAll(/^# TYPE (frontrow_\w+) /gm)].map(([, name]) => name));
    const of = (by: (name: keyof typeof metricTable) => boolean) =>
      (Object.keys(metricTable) as (keyof typeof metricTable)[]).filter(by);
    const may = of((name) => isBy(service, metricTable[name].by));
    expect(may).toEqual(expect.arrayContaining([...names]));
    // A counter appears when it first counts something, which may not have happened; and not every service has subscriptions.
    const must = of(
      (name) =>
        isBy(service, metricTable[name].by) &&
        metricTable[name].type === 'gauge' &&
        name !== 'frontrow_subscribers',
    );
    expect([...names]).toEqual(expect.arrayContaining(must));
  });

  it('includes the purchase, and no fan', async () => {
    const text = await told(...services);
    for (const line of [
      /^frontrow_field_duration_seconds_count\{service="payments",field="Mutation.pay",outcome="answered"\} [1-9]/m,
      /^frontrow_refusals_total\{field="Mutation.pay",code="\w+",service="payments"\} [1-9]/m,
      /^frontrow_event_duration_seconds_count\{service="concerts",event="reservation.confirmed.v1",outcome="handled"\} [1-9]/m,
      /^frontrow_operation_duration_seconds_count\{service="gateway",operation="other",type="mutation",outcome="answered"\} [1-9]/m,
      /^frontrow_broken_invariants\{invariant="PAID_TWICE",service="sagas"\} 0/m,
    ])
      expect(text).toMatch(line);
    // The only ids are those of concerts.
    const lines = text.split('\n').filter((line) => /[0-9a-f]{8}-[0-9a-f]{4}-/.test(line));
    expect(lines.filter((line) => !line.startsWith('frontrow_room_'))).toEqual([]);
  });

  it('is not at the address where fans are answered', async () => {
    const { status } = await fetch(new URL('/metrics', system.url), { headers: { accept: '*/*' } });
    expect(status).toBe(404);
    expect((await fetch(`http://${String(addresses()[0]?.address)}/graphql`)).status).toBe(404);
  });
});

const prometheus = findPrometheus();
const whenThere = prometheus === undefined ? describe.skip : describe;
whenThere('a Prometheus beside it (skipped where there is none: Debian’s package prometheus)', () => {
  it('answers every query of every dashboard', async () => {
    const home = await mkdtemp(join(tmpdir(), 'frontrow-prometheus-'));
    const targets = addresses().map(({ address }) => address);
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      scrape_configs: [{ job_name: 'frontrow', static_configs: [{ targets }] }],
    };
    await writeFile(join(home, 'prometheus.yml'), JSON.stringify(config));
    const address = `127.0.0.1:${String((await freePorts(1))[0])}`;
    const guard = standGuard();
    const running = await launch({
      name: 'prometheus',
      command: prometheus ?? '',
      args: [
        `--config.file=${join(home, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(home, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=warn',
      ],
      log: join(home, 'prometheus.log'),
      guard,
    });
    try {
      const ask = async (query: string) => {
        const url = `http://${address}/api/v1/query?query=${encodeURIComponent(query)}`;
        const answer = (await (await fetch(url)).json()) as {
          status: string;
          data?: { result: unknown[] };
        };
        return { query, status: answer.status, isEmpty: answer.data?.result.length === 0 };
      };
      // A rate needs two measurements of every process.
      await eventually(
        async () =>
          expect(
            await ask(
              `count(count_over_time(up{job="frontrow"}[1m]) >= 2) == ${String(targets.length)} and sum(up) == ${String(targets.length)}`,
            ),
          ).toMatchObject({ isEmpty: false }),
        40_000,
      );
      const answers = await Promise.all(queriesOfDashboards().map(ask));
      expect(answers.filter(({ status }) => status !== 'success')).toEqual([]);
      // Failures and rare requests may not have occurred, so they have no series yet.
      const maybeNone = /failed|dead_letters_total|duplicates|faults|subscri|cancelled/;
      expect(answers.filter(({ query, isEmpty }) => isEmpty && !maybeNone.test(query))).toEqual([]);
    } finally {
      await running.stop();
      await guard.dismiss();
      await rm(home, { recursive: true, force: true });
    }
  }, 60_000);
});

function queriesOfDashboards(): string[] {
  const folder = join(rootFolder, 'deploy/grafana/dashboards');
  return readdirSync(folder).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ targets }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')),
    );
  });
}
