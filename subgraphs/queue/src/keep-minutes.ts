import { LastKept } from '@frontrow/kit/minutes';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import { keepRoomMinutes } from './storage/room-minutes.ts';

/** How often the rooms are looked at, in ms; the last look in a minute is what is kept of it. */
const lookEveryMs = 10_000;

/** Keeps the history of waiting rooms. It only reads them, so no fan who joins or is let in waits for it. */
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
