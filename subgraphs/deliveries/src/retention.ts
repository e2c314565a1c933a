import type { DataSource } from 'typeorm';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { deleteDeliveredBefore } from './storage/deliveries.ts';

/** Longer than an event can come again: until then, its row says that it was told. */
const retentionMs = 30 * 24 * 60 * 60 * 1_000;
const rowsAtATime = 1_000;

/** Deletes what was delivered long ago. What failed stays until an operator has seen to it. */
export const startRetention = (database: DataSource, log: Logger): Repeating =>
  repeat('deleting old deliveries', 60_000, log, async () => {
    const before = new Date(Date.now() - retentionMs);
    const deleted = await deleteDeliveredBefore(database, before, rowsAtATime);
    return deleted === rowsAtATime ? 'more' : 'done';
  });
