import { endOf, ends } from './purchase.ts';
import type { Inflicted, Report } from './chaos.ts';

/** How long everything may take to be consistent again after the last fault, in ms. */
export const recoveryLimitMs = 30_000;

/** What should not have been; empty when nothing was lost and everything recovered in time. */
export function failings({
  purchases,
  lost,
  breaches,
  complaints,
  deaths,
  consistentAfterMs,
}: Report): string[] {
  const unheard = purchases.filter(({ missedNews }) => missedNews).length;
  return [
    ...lost,
    ...complaints,
    ...deaths,
    ...breaches.map(({ row, problem }) => `${row}: ${problem}`),
    ...(unheard > 0 ? [`${unheard} fans who followed the line were not told when it had moved`] : []),
    ...(consistentAfterMs === undefined || consistentAfterMs > recoveryLimitMs
      ? [`after the last fault it took ${inSeconds(consistentAfterMs)} until everything was consistent`]
      : []),
  ];
}

/** The report in words. */
export function describe(report: Report): string {
  const { purchases, faults, repeated, replays, finishedAfterMs, consistentAfterMs } = report;
  const found = failings(report);
  return `
${purchases.length} purchases were begun: ${counts(purchases.map(endOf), ends)}.
${faults.length} faults:
${table(countOf(faults.map(({ name }) => name)))}
Requests that were repeated:
${table(repeated)}
Purchases that stood still until their events were asked for again: ${replays}.
From the end of a fault until a purchase begun after it was confirmed: ${longestRecovery(faults)}.
From the end of the last fault until everybody had finished: ${inSeconds(finishedAfterMs)}, and all was consistent: ${inSeconds(consistentAfterMs)}.

${found.length === 0 ? 'Nothing was lost, and nothing is there twice. The audit is clean.' : found.join('\n')}`;
}

export const inSeconds = (ms: number | undefined) =>
  ms === undefined ? 'too long' : `${(ms / 1_000).toFixed(1)} s`;

function longestRecovery(faults: readonly Inflicted[]): string {
  const longest = faults.reduce((a, b) => ((b.recoveryMs ?? Infinity) > (a.recoveryMs ?? Infinity) ? b : a));
  return `at most ${inSeconds(longest.recoveryMs)} (${longest.name})`;
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return counted;
}

const counts = (names: readonly string[], inOrder: readonly string[]) =>
  inOrder.map((name) => `${names.filter((each) => each === name).length} ${name}`).join(', ');

const table = (numbers: ReadonlyMap<string, number>) =>
  [...numbers]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, number]) => `  ${String(number).padStart(6)}  ${name}`)
    .join('\n');
