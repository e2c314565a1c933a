import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/** Longer than any pass is good for. Holds stay: the audit proves by them whose each seat is. */
export const retention: readonly Retention[] = [
  { table: 'ended_tickets', column: 'ended_at', keepMs: days(7) },
  // Longer than anybody draws them.
  { table: 'schedule_minutes', column: 'minute', keepMs: days(14) },
];
