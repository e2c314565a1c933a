import { mostWithLog as shown } from './audit.ts';
import type { Breach, Invariant } from './invariant.ts';

/** Prints an invariant, and each row that breaks it with the log of its saga; those beyond `shown` are counted. */
export function printInvariant({ number, claim }: Invariant, breaches: readonly Breach[]): void {
  console.log(`${breaches.length === 0 ? '✓' : '✗'} ${number}. ${claim}`);
  for (const { row, problem, log = [] } of breaches.slice(0, shown)) {
    console.log(`     ${row}: ${problem}`);
    for (const line of log) console.log(`       ${line}`);
  }
  if (breaches.length > shown) console.log(`     … and ${breaches.length - shown} more`);
}
