import { LastKept } from '@frontrow/kit/minutes';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import { keepScheduleMinutes } from './storage/schedule-minutes.ts';

/** How often the counters are read, in ms. A minute is stored as it was when it was last read. */
const lookEveryMs = 10_000;

/**
 * Stores how many seats are held and sold over time. It reads the counters from outside, so fans who hold seats never wait for
 * it.
 */
export function startKeepingMinutes({ manager }: DataSource, log: Logger): Repeating {
  const kept = new LastKept();
  return repeat('keeping what schedules are like', lookEveryMs, log, async () => {
    try {
      await keepScheduleMinutes(manager, kept, new Date());
    } catch (error) {
      kept.forget();
      throw error;
    }
    return 'done';
  });
}
