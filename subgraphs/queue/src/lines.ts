import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { graceMs, lookEveryMs, waveGapMs } from './domain/room.ts';
import { endOverdueAdmissions } from './operations/end-overdue-admissions.ts';
import type { Lobby } from './operations/lobby.ts';
import { moveLine } from './operations/move-line.ts';
import { databaseNow } from './storage/clock.ts';
import { roomsToMove } from './storage/rooms.ts';

/** How many lines move at a time: each takes a connection, and requests need theirs. */
const linesAtATime = 4;

/**
 * Keeps all lines moving: every 250 ms, and at once after each commit of this process that ended a ticket, for it may have
 * freed a place. Joins and changes of a room wake it themselves. What wakes it often moves the lines in waves.
 */
export function startLines(lobby: Lobby, log: Logger): Repeating {
  const { outbox } = lobby;
  const lines = repeat('moving the lines', lookEveryMs, log, (signal) => moveLines(lobby, log, signal), {
    gapMs: waveGapMs,
  });
  const overdue = repeat('ending overdue admissions', lookEveryMs, log, () => endOverdueAdmissions(outbox));
  outbox.onCommit(() => {
    lines.wake();
  });
  return {
    wake: () => {
      lines.wake();
    },
    stop: async () => {
      await Promise.all([lines.stop(), overdue.stop()]);
    },
  };
}

async function moveLines(lobby: Lobby, log: Logger, signal: AbortSignal): Promise<'more' | 'done'> {
  const { manager } = lobby.outbox.database;
  const now = await databaseNow(manager);
  const concerts = await roomsToMove(manager, now, new Date(now.getTime() - graceMs));
  let outcome: 'more' | 'done' = 'done';
  while (concerts.length > 0 && !signal.aborted) {
    await Promise.all(
      concerts.splice(0, linesAtATime).map(async (concertId) => {
        try {
          if ((await moveLine(lobby, concertId)) === 'more') outcome = 'more';
        } catch (error) {
          // One line that cannot be moved must not stop the others.
          log.error({ err: error, concertId }, 'moving a line failed; it will be tried again');
        }
      }),
    );
  }
  return outcome;
}
