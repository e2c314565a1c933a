import { LastKept } from '@frontrow/kit/minutes';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import { keepRoomMinutes } from './storage/room-minutes.ts';

/** How often it is looked, in ms: a minute is kept as it was at the last look in it. */
const lookEveryMs = 10_000;

/** Keeps what waiting rooms are like over time. It looks from outside: no fan who joins or is let in waits for it. */
export function startKeepingMinutes({ manager }: DataSource, log: Logger): Repeating {
  const kept = new LastKept();
  return repeat('keeping what rooms are like', lookEveryMs, log, async () => {
    try {
      await keepRoomMinutes(manager, kept, new Date());
    } catch (error) {
      kept.forget();
      throw error;
    }
    return 'done';
  });
}
