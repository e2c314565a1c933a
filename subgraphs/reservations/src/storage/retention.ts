import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/** The beginning of a reservation that ended early comes within a day or never, because outboxes keep no event for longer. */
export const retention: readonly Retention[] = [
  { table: 'early_ends', column: 'noted_at', keepMs: days(7) },
  // Longer than any chart shows them.
  { table: 'sales_minutes', column: 'minute', keepMs: days(14) },
];
