import { metricTable } from '@frontrow/kit/metric-table';
import type { Exporter } from '@frontrow/kit/metric-table';
import { subgraphs } from '@frontrow/stack/layout';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { metricsOf } from './testing/prometheus.ts';
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

const addresses = () => metricsOf(system.stack);
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
