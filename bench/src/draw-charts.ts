import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { init } from 'echarts';
import type { EChartsCoreOption } from 'echarts';
import type { Report, Result } from './report.ts';

// `npx tsx -C source bench/src/draw-charts.ts docs/figures/*.json`: draws each report as an SVG beside it. Apache ECharts does
// this without a browser, and needs only two packages.

const width = 760;
const height = 380;

/** The chart of a report: growth if Frontrow was measured with several numbers of reservations, latencies otherwise. */
export function chartOf(report: Report): string {
  const grown = report.results.filter(({ reservationsBefore }) => reservationsBefore > 0);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    backgroundColor: '#fff',
    animation: false,
    title: { text: titleOf(report), left: 'center', textStyle: { fontSize: 14 } },
    legend: { bottom: 0, itemGap: 40 },
    grid: { left: 70, right: 30, top: 50, bottom: 90 },
    ...(grown.length > 1 ? growth(grown) : latencies(report.results)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

const titleOf = ({ scenario, machine }: Report) =>
  `${scenario} on ${machine.cores} × ${machine.processor.replaceAll('(R)', '')}, load ${machine.loadBefore.toFixed(1)} before`;

/** A line for each step of each contestant: the time within which a percentage of them were done. */
function latencies(results: readonly Result[]): EChartsCoreOption {
  const lines = results.flatMap(({ name, figures }) =>
    Object.entries(figures.latencies).map(([step, { p25, p50, p75, p90, p95, p99, max }]) => ({
      name: `${name}: ${step}`,
      type: 'line',
      data: [p25, p50, p75, p90, p95, p99, max],
    })),
  );
  const percentiles = ['25 %', '50 %', '75 %', '90 %', '95 %', '99 %', 'all'];
  return {
    xAxis: { ...axis('of them were done within …'), type: 'category', data: percentiles },
    yAxis: { ...axis('ms'), nameLocation: 'end', type: 'log' },
    series: lines,
  };
}

/** The cost of each thing with this many reservations, as a ratio to the cost with the fewest. */
function growth(grown: readonly Result[]): EChartsCoreOption {
  const first = grown[0] as Result;
  const measures: Record<string, (result: Result) => number> = {
    'processor time': ({ figures }) => figures.cpuMsEach,
    'of the database server': ({ figures }) => figures.cpuMsEachByProcess['mysql'] ?? 0,
    statements: ({ figures }) => figures.databaseEach.statements,
  };
  return {
    xAxis: {
      ...axis('reservations and tickets that were there before'),
      type: 'log',
      min: first.reservationsBefore,
    },
    yAxis: {
      ...axis('times as much as at the left'),
      nameGap: 40,
      type: 'value',
      min: 0,
      max: ({ max }: { max: number }) => Math.max(1.5, max),
    },
    series: Object.entries(measures).map(([name, of]) => ({
      name,
      type: 'line',
      data: grown.map((result) => [result.reservationsBefore, of(result) / of(first)]),
    })),
  };
}

const axis = (name: string) => ({ name, nameLocation: 'middle', nameGap: 30 });

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const file of process.argv.slice(2)) {
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    await writeFile(file.replace(/\.json$/, '.svg'), `${chartOf(report)}\n`);
  }
}
