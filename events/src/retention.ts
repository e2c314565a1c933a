import type { DataSource } from 'typeorm';
import { affectedRows } from '@frontrow/kit/database';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { retentionMs } from './broker.ts';

/** Longer than anything could be published again. */
const inboxRetentionMs = 7 * 24 * 60 * 60 * 1_000;
const rowsAtATime = 1_000;

/** Deletes published events that the stream has forgotten too, and inbox rows that no copy can meet any more. */
export const startRetention = (database: DataSource, log: Logger): Repeating =>
  repeat('deleting old events', 60_000, log, async () => {
    const now = Date.now();
    const deleted = await Promise.all([
      database.query('DELETE FROM outbox WHERE published_at < ? LIMIT ?', [
        new Date(now - retentionMs),
        rowsAtATime,
      ]),
      database.query('DELETE FROM inbox WHERE handled_at < ? LIMIT ?', [
        new Date(now - inboxRetentionMs),
        rowsAtATime,
      ]),
    ]);
    return deleted.some((result) => affectedRows(result) === rowsAtATime) ? 'more' : 'done';
  });
