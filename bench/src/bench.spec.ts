import type { Contestant } from './contestant.ts';
import { startFrontrow } from './contestants/frontrow.ts';
import { startMonolith } from './contestants/monolith.ts';
import { chartOf } from './draw-charts.ts';
import { textOf } from './report.ts';
import type { Report } from './report.ts';
import { measure } from './run.ts';
import type { ScenarioName } from './scenarios/all.ts';

// Tests whether the benchmark measures, not what: a little of each scenario, on servers that need not survive a crash of the
// machine.

let frontrow: Contestant;
let monolith: Contestant;

beforeAll(async () => {
  [frontrow, monolith] = await Promise.all([
    startFrontrow({ durable: false, grown: 200, gateways: 2 }),
    startMonolith('monolith', { durable: false }),
  ]);
}, 120_000);

afterAll(async () => {
  await Promise.all([frontrow.stop(), monolith.stop()]);
}, 60_000);

const tiny = { seed: 1, count: 8, rounds: 2, warmUp: 4, idleMs: 100, log: () => undefined };

function measured(report: Report): void {
  for (const { name, figures, audit } of report.results) {
    expect([name, audit]).toEqual([name, []]);
    expect(figures.done).toBeGreaterThanOrEqual(8);
    expect(figures.perSecond).toBeGreaterThan(0);
  }
  expect(textOf(report)).toContain('the audit is clean');
  expect(chartOf(report)).toContain('<svg');
}

describe('npm run bench', () => {
  it.each(['purchase', 'hold'] as const)(
    'holds the scenario %s against the monolith',
    async (scenario) => {
      const report = await measure([frontrow, monolith], { ...tiny, scenario, rate: undefined });
      measured(report);
      const [ours, theirs] = report.results.map(({ figures }) => figures.databaseEach.statements);
      expect(ours).toBeGreaterThan(5);
      expect(theirs).toBeGreaterThan(5);
      expect(textOf(report)).toContain('frontrow is to monolith as');
    },
    60_000,
  );

  it.each<[ScenarioName, number | undefined]>([
    ['saga', 20],
    ['join', undefined],
    ['rush', undefined],
    ['small-map', undefined],
    ['catalogue', undefined],
    ['gateway', undefined],
    ['search', undefined],
    ['fanout', undefined],
  ])(
    'measures the scenario %s',
    async (scenario, rate) => {
      measured(await measure([frontrow], { ...tiny, scenario, rate }));
    },
    60_000,
  );
});
