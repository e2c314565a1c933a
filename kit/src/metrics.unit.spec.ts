import { createLogger } from './log.ts';
import { Metrics } from './metrics.ts';

const metrics = () => new Metrics('tested', createLogger('test', 'silent'));
/** What it tells about metrics of this name, without comments. */
const told = async (from: Metrics, name: string) =>
  (await from.text()).split('\n').filter((line) => line.startsWith(name));

describe('a process with metrics', () => {
  it('counts by label, and says which service it is', async () => {
    const tested = metrics();
    tested.counter('frontrow_refusals_total', 'Mutation.pay', 'INSUFFICIENT_POINTS')();
    tested.counter('frontrow_refusals_total', 'Mutation.pay', 'INSUFFICIENT_POINTS')(2);
    tested.histogram('frontrow_event_delay_seconds', 'seats.held.v1')(0.2);
    expect(await told(tested, 'frontrow_refusals_total')).toEqual([
      'frontrow_refusals_total{field="Mutation.pay",code="INSUFFICIENT_POINTS",service="tested"} 3',
    ]);
    expect(await told(tested, 'frontrow_event_delay_seconds_count')).toEqual([
      'frontrow_event_delay_seconds_count{service="tested",event="seats.held.v1"} 1',
    ]);
  });

  it('tells a counter from the beginning, so that its first step is seen', async () => {
    const tested = metrics();
    tested.counter('frontrow_dead_letters_total', 'seats.held.v1');
    expect(await told(tested, 'frontrow_dead_letters_total')).toEqual([
      'frontrow_dead_letters_total{event="seats.held.v1",service="tested"} 0',
    ]);
  });

  it('takes a duration that is none for 0: measuring must not make anything fail', async () => {
    const tested = metrics();
    tested.histogram('frontrow_event_delay_seconds', 'seats.held.v1')(NaN);
    tested.histogram('frontrow_event_delay_seconds', 'seats.held.v1')(-3);
    expect(await told(tested, 'frontrow_event_delay_seconds_sum')).toEqual([
      'frontrow_event_delay_seconds_sum{service="tested",event="seats.held.v1"} 0',
    ]);
  });
});

describe('a gauge', () => {
  it('is read once for all who ask within some seconds, and forgets what is not there any more', async () => {
    const tested = metrics();
    let reads = 0;
    const read = () => [['frontrow_room_waiting', ++reads, `concert-${String(reads)}`] as const];
    tested.gauges(['frontrow_room_waiting'], read, { keptMs: 60_000 });
    tested.gauges(['frontrow_sagas'], () => [['frontrow_sagas', reads, `status-${String(reads)}`]], {
      keptMs: 0,
    });
    await told(tested, 'x');
    expect(await told(tested, 'frontrow_room_waiting')).toEqual([
      'frontrow_room_waiting{concert="concert-1",service="tested"} 1',
    ]);
    reads = 7;
    expect(await told(tested, 'frontrow_sagas')).toEqual([
      'frontrow_sagas{status="status-7",service="tested"} 7',
    ]);
  });

  it('that cannot be read is left out, and that is counted; all others are told', async () => {
    const tested = metrics();
    let isThere = true;
    const read = () =>
      isThere ? [['frontrow_outbox_events', 5] as const] : Promise.reject(new Error('gone'));
    tested.gauges(['frontrow_outbox_events'], read, { keptMs: 0 });
    tested.gauges(['frontrow_broker_up'], () => [['frontrow_broker_up', 1]]);
    expect(await told(tested, 'frontrow_outbox_events')).toEqual([
      'frontrow_outbox_events{service="tested"} 5',
    ]);
    isThere = false;
    const lines = (await tested.text()).split('\n');
    expect(lines.filter((line) => line.startsWith('frontrow_outbox_events'))).toEqual([]);
    expect(lines).toContain('frontrow_broker_up{service="tested"} 1');
    expect(lines).toContain('frontrow_readings_failed_total{service="tested"} 1');
  });

  it('of a database that hangs holds up no scrape, and is not asked for once more', async () => {
    const tested = metrics();
    let reads = 0;
    tested.gauges(['frontrow_outbox_events'], () => {
      reads++;
      return new Promise<readonly []>(() => undefined);
    });
    expect(await told(tested, 'frontrow_outbox_events')).toEqual([]);
    expect(await told(tested, 'frontrow_outbox_events')).toEqual([]);
    expect(reads).toBe(1);
  });
});
