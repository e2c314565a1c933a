import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';

/** Longer than an event can come again: until then, its row says that it was told. What failed stays until an operator has seen to it. */
export const retention: readonly Retention[] = [
  { table: 'deliveries', column: 'delivered_at', keepMs: days(30) },
  { table: 'recipients', column: 'forgotten_at', keepMs: days(30) },
];
