import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import { keepSalesMinutes, keptUntil } from './storage/sales.ts';

const everyMs = 5_000;

/** Stores what is bought in each minute. It reads what was committed, so no purchase waits for it. */
export function startKeepingMinutes({ manager }: DataSource, log: Logger): Repeating {
  let from: Date | undefined;
  return repeat('keeping what is bought', everyMs, log, async () => {
    const now = new Date();
    from = await keepSalesMinutes(manager, from ?? (await keptUntil(manager, now)), now);
    return 'done';
  });
}
