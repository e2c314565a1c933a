import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/** Longer than any copy of an event can arrive; until then its row shows that it was delivered. Failed ones stay until an operator has handled them. */
export const retention: readonly Retention[] = [
  { table: 'deliveries', column: 'delivered_at', keepMs: days(30) },
  { table: 'recipients', column: 'forgotten_at', keepMs: days(30) },
];
