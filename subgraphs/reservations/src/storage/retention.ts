import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/** The beginning of what has ended already comes within a day, or never: outboxes keep no event for longer. */
export const retention: readonly Retention[] = [
  { table: 'early_ends', column: 'noted_at', keepMs: days(7) },
  // Longer than anybody draws them.
  { table: 'sales_minutes', column: 'minute', keepMs: days(14) },
];
