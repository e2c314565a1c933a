import { days } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';
import { retentionMs } from './broker.ts';

/** What every service deletes: published events that the stream has forgotten too, and rows older than any copy that can arrive. */
export const eventRetention: readonly Retention[] = [
  { table: 'outbox', column: 'published_at', keepMs: retentionMs },
  { table: 'inbox', column: 'handled_at', keepMs: days(7) },
  { table: 'failed_attempts', column: 'failed_at', keepMs: days(7) },
];
