import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/** Longer than any chart shows. */
export const retention: readonly Retention[] = [
  { table: 'room_minutes', column: 'minute', keepMs: days(14) },
];
