import type { Cost } from './measuring/cost.ts';
import type { DatabaseWork } from './measuring/database.ts';
import type { LatencySummary } from './measuring/latency.ts';
import type { Machine } from './measuring/machine.ts';
import type { ScenarioName } from './scenarios/all.ts';

/** The findings of a run. */
export interface Report {
  readonly scenario: ScenarioName;
  readonly what: string;
  readonly things: string;
  readonly seatsEach: number;
  readonly at: string;
  readonly seed: number;
  readonly machine: Machine & { readonly loadAfter: number };
  /** The result of Frontrow comes first. */
  readonly results: readonly Result[];
}

export interface Result {
  readonly name: string;
  readonly version: string;
  /** How many reservations of earlier sales its databases were filled with before anything was measured. */
  readonly reservationsBefore: number;
  readonly database: Readonly<Record<string, string>>;
  readonly figures: Figures;
  readonly rounds: readonly Figures[];
  /** What it costs while nobody uses it. */
  readonly idle: {
    readonly statementsPerSecond: number;
    readonly cpuMsPerSecond: number;
    readonly cpuMsPerSecondByProcess: Readonly<Record<string, number>>;
  };
  /** The memory of its processes after all rounds, in MB, including garbage that is not collected yet. */
  readonly memoryMb: Readonly<Record<string, number>>;
  /** Statements per thing that was done, without those that an unused system would have sent in that time. */
  readonly statementsEachBeyondRest: number;
  /** What the audit found after all rounds. */
  readonly audit: readonly string[];
}

/** The cost of each thing that was done. */
export interface Figures {
  readonly done: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Processor time in ms per thing, of all its processes and the load generator. */
  readonly cpuMsEach: number;
  readonly cpuMsEachByProcess: Readonly<Record<string, number>>;
  /** How many of this machine's processors others used meanwhile: 0.5 is half of one. */
  readonly othersHad: number;
  /** The size of the answers, as they came, in thousands of bytes. */
  readonly receivedKbEach: number;
  readonly databaseEach: Readonly<Record<keyof DatabaseWork, number>>;
  /** In ms, by step. */
  readonly latencies: Readonly<Record<string, LatencySummary>>;
}

export function figuresOf(cost: Cost): Figures {
  const each = (numbers: Record<string, number>) =>
    Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, rounded(value / cost.done)]));
  const { others = 0, ...own } = cost.cpuMs;
  return {
    done: cost.done,
    seconds: rounded(cost.seconds),
    perSecond: rounded(cost.done / cost.seconds),
    cpuMsEach: rounded(cost.cpuMsOfAll / cost.done),
    cpuMsEachByProcess: each(own),
    othersHad: rounded(others / 1_000 / cost.seconds),
    receivedKbEach: rounded(cost.receivedBytes / 1_000 / cost.done),
    databaseEach: each(cost.database) as Figures['databaseEach'],
    latencies: cost.latencies.summary(),
  };
}

export const rounded = (value: number) => Math.round(value * 100) / 100;

/** The report as text for people. */
export function textOf(report: Report): string {
  const { scenario, what, at, seed, machine, results } = report;
  const load = `load ${machine.loadBefore.toFixed(1)} before, ${machine.loadAfter.toFixed(1)} after`;
  return [
    `${scenario}: ${what}`,
    `${at}, seed ${seed}; ${machine.cores} × ${machine.processor}, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, ${machine.nats}; ${load}`,
    ...results.flatMap((result) => ['', ...linesOf(result, report)]),
    ...results.slice(1).flatMap((other) => ['', compared(results[0] as Result, other)]),
  ].join('\n');
}

function linesOf(result: Result, { things, seatsEach }: Report): string[] {
  const { name, database, figures, idle, audit } = result;
  const { databaseEach: sql, cpuMsEachByProcess: cpu } = figures;
  const seats = seatsEach > 0 ? `, ${(figures.perSecond * seatsEach).toFixed(0)} seats a second` : '';
  const settings = Object.entries(database)
    .map(([setting, value]) => (setting === 'version' ? value : `${setting}=${value}`))
    .join(' ');
  return [
    `${name} (${result.version})`,
    `  ${figures.done} ${things} in ${figures.seconds} s: ${figures.perSecond} a second${seats}`,
    `  each: ${sql.statements} statements (${result.statementsEachBeyondRest} without those of a system at rest), ${sql.transactions} transactions begun, ${sql.writingCommits} commits that wrote, ${sql.rollbacks} rollbacks, ${sql.logKb} KB of log`,
    `  each: ${figures.cpuMsEach} ms of processor time (${byProcess(cpu)}); others had ${figures.othersHad} processors`,
    `  each: ${figures.receivedKbEach} KB received`,
    ...Object.entries(figures.latencies).map(
      ([step, { p50, p90, p99, max }]) =>
        `  ${step.padEnd(12)} p50 ${p50} ms, p90 ${p90} ms, p99 ${p99} ms, worst ${max} ms`,
    ),
    `  at rest: ${idle.statementsPerSecond} statements and ${idle.cpuMsPerSecond} ms of processor time a second (${byProcess(idle.cpuMsPerSecondByProcess)})`,
    `  memory in MB after all rounds: ${byProcess(result.memoryMb)}`,
    `  database: ${settings}`,
    audit.length === 0
      ? '  the audit is clean'
      : `  THE AUDIT FINDS ${audit.length}:\n    ${audit.slice(0, 20).join('\n    ')}`,
  ];
}

const byProcess = (numbers: Readonly<Record<string, number>>) =>
  Object.entries(numbers)
    .toSorted(([, a], [, b]) => b - a)
    .map(([process, each]) => `${process} ${each}`)
    .join(', ');

/** Peers are what Frontrow is compared with; a Frontrow with more reservations is compared with the one with fewest. */
const compared = (first: Result, other: Result) =>
  other.reservationsBefore > 0 ? comparison(other, first) : comparison(first, other);

/**
 * How the first compares with another one: the median over the rounds, each compared with the other's round of the same minute.
 */
function comparison(first: Result, other: Result): string {
  const medianOf = (figure: (figures: Figures) => number) => {
    const ratios = first.rounds.map((mine, round) => figure(mine) / figure(other.rounds[round] as Figures));
    const sorted = ratios.toSorted((a, b) => a - b);
    const all = sorted.map((ratio) => ratio.toFixed(2)).join(', ');
    return `${(sorted[sorted.length >> 1] ?? NaN).toFixed(2)} (rounds: ${all})`;
  };
  return [
    `${first.name} is to ${other.name} as`,
    `  a second:       ${medianOf(({ perSecond }) => perSecond)}`,
    `  processor time: ${medianOf(({ cpuMsEach }) => cpuMsEach)}`,
    `  statements:     ${medianOf(({ databaseEach }) => databaseEach.statements)}`,
    `  bytes received: ${medianOf(({ receivedKbEach }) => receivedKbEach)}`,
  ].join('\n');
}
