import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/**
 * Ended tickets are kept longer than any pass is valid. Holds are kept for good, because the audit proves with them whose each
 * seat is.
 */
export const retention: readonly Retention[] = [
  { table: 'ended_tickets', column: 'ended_at', keepMs: days(7) },
  // Longer than any chart shows them.
  { table: 'schedule_minutes', column: 'minute', keepMs: days(14) },
];
