import type { Breach, Invariant } from './audit.ts';

/** Breaches beyond these are counted, not shown. */
const shown = 50;

/** Prints an invariant, and each row that breaks it. */
export function printInvariant({ number, claim }: Invariant, breaches: readonly Breach[]): void {
  console.log(`${breaches.length === 0 ? '✓' : '✗'} ${number}. ${claim}`);
  for (const { row, problem } of breaches.slice(0, shown)) console.log(`     ${row}: ${problem}`);
  if (breaches.length > shown) console.log(`     … and ${breaches.length - shown} more`);
}
