import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/** Longer than anybody draws them. */
export const retention: readonly Retention[] = [
  { table: 'room_minutes', column: 'minute', keepMs: days(14) },
];
