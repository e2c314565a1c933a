import { mostWithLog as shown } from './audit.ts';
import type { Breach, Invariant } from './invariant.ts';

/** Prints an invariant, and the rows that break it with the log of their sagas. Rows beyond `shown` are only counted. */
export function printInvariant({ number, claim }: Invariant, breaches: readonly Breach[]): void {
  console.log(`${breaches.length === 0 ? '✓' : '✗'} ${number}. ${claim}`);
  for (const { row, problem, log = [] } of breaches.slice(0, shown)) {
    console.log(`     ${row}: ${problem}`);
    for (const line of log) console.log(`       ${line}`);
  }
  if (breaches.length > shown) console.log(`     … and ${breaches.length - shown} more`);
}
