import { aloneName } from './plan.ts';
import { endOf, ends, wishes } from './purchase.ts';
import type { Inflicted, Report } from './chaos.ts';

/** How long everything may take to be consistent again after the last fault, in ms. */
const recoveryLimitMs = 30_000;

/** The share of fans that must have bought within 15 s while a replica was without its database, of those who wanted to buy. */
const promptGoal = 0.95;

/** What should not have happened; empty if nothing was lost and everything recovered in time. */
export function failings({
  purchases,
  faults,
  lost,
  breaches,
  complaints,
  deaths,
  repeated,
  consistentAfterMs,
}: Report): string[] {
  const unheard = purchases.filter(({ missedNews }) => missedNews).length;
  const bugs = repeated.get('INTERNAL_SERVER_ERROR') ?? 0;
  return [
    ...lost,
    ...complaints,
    ...deaths,
    ...breaches.map(({ row, problem }) => `${row}: ${problem}`),
    ...(unheard > 0 ? [`${unheard} fans who followed the line were not told when it had moved`] : []),
    ...(bugs > 0 ? [`${bugs} requests were answered with INTERNAL_SERVER_ERROR`] : []),
    ...faults
      .filter(({ name, promptShare = 0 }) => name === aloneName && promptShare < promptGoal)
      .map(
        ({ fault, promptShare }) =>
          `${inPercent(promptShare)} bought promptly while ${fault.process} was alone`,
      ),
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
What was confirmed: ${counts(
    purchases.filter((each) => endOf(each) === 'confirmed').map(({ wishedFor = '' }) => wishedFor),
    wishes,
  )}.

${faults.length} faults, and how long after them a purchase begun then was confirmed, at most:
${table(longestRecoveries(faults))}${aloneShares(faults)}

Requests that were repeated:
${table([...repeated].map(([reason, times]) => [times, reason]))}

Purchases that stood still until their events were asked for again: ${replays}.
After the last fault everybody had finished in ${inSeconds(finishedAfterMs)}, and all was consistent in ${inSeconds(consistentAfterMs)}.
${found.length === 0 ? 'Nothing was lost, and nothing is there twice. The audit is clean.' : `\n${found.join('\n')}`}`;
}

export const inSeconds = (ms: number | undefined) =>
  ms === undefined ? 'too long' : `${(ms / 1_000).toFixed(1)} s`;

const inPercent = (share: number | undefined) =>
  share === undefined ? 'nobody' : `${(100 * share).toFixed(1)} %`;

const aloneShares = (faults: readonly Inflicted[]) =>
  faults
    .filter(({ name }) => name === aloneName)
    .map(
      ({ fault, promptShare }) =>
        `\n\nWhile ${fault.process} was alone without its database, ${inPercent(promptShare)} bought within 15 s.`,
    )
    .join('');

type Line = readonly [number: number, what: string, more?: string];

function longestRecoveries(faults: readonly Inflicted[]): Line[] {
  return [...new Set(faults.map(({ name }) => name))].map((name) => {
    const same = faults.filter((fault) => fault.name === name);
    const longest = Math.max(...same.map(({ recoveryMs = Infinity }) => recoveryMs));
    return [same.length, name, inSeconds(longest === Infinity ? undefined : longest)];
  });
}

const counts = (names: readonly string[], inOrder: readonly string[]) =>
  inOrder.map((name) => `${names.filter((each) => each === name).length} ${name}`).join(', ');

const table = (lines: readonly Line[]) =>
  lines
    .toSorted(([, a], [, b]) => a.localeCompare(b))
    .map(([number, what, more = '']) => `${String(number).padStart(6)}  ${what.padEnd(45)} ${more}`.trimEnd())
    .join('\n');
