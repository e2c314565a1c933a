import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Left, Repeating } from '@frontrow/kit/repeat';
import { graceMs, lookEveryMs, waveGapMs } from './domain/room.ts';
import { watchOn } from './domain/watch.ts';
import type { Watch } from './domain/watch.ts';
import { endOverdueAdmissions } from './operations/end-overdue-admissions.ts';
import type { LineDependencies } from './operations/line-dependencies.ts';
import { moveLine } from './operations/move-line.ts';
import { roomsToMove, lookAtLines } from './storage/rooms.ts';
import { firstOverdue } from './storage/tickets.ts';

/** How often to look for lines and admissions that other replicas left behind, in ms, while nobody waits and no admission ends here. */
const idleMs = 1_000;
/** How many lines move at a time: each takes a connection, and requests need connections too. */
const linesAtATime = 4;

/**
 * Keeps all lines moving: every 250 ms while somebody waits, and at once after each commit of this process that ended a ticket, because
 * that may have freed a place. Joins and changes of a room wake it too. Frequent wake-ups move the lines in waves.
 * @param graceAfterOutageMs how long fans have to come back after they could not be seen
 */
export function startMovingLines(
  lineDeps: LineDependencies,
  log: Logger,
  graceAfterOutageMs = graceMs,
): Repeating {
  const { outbox } = lineDeps;
  let watch: Watch | null = null;
  /** The lines that move now, by concert. A line that waits for its room's lock takes one of the slots, and delays no other line. */
  const moving = new Map<string, Promise<void>>();
  const move = async (concertId: string, backBy: Date) => {
    try {
      if ((await moveLine(lineDeps, concertId, backBy)) === 'more') lines.wake();
    } catch (error) {
      log.error({ err: error, concertId }, 'moving a line failed; it will be tried again');
    } finally {
      moving.delete(concertId);
    }
  };
  const look = async (signal: AbortSignal): Promise<Left> => {
    const { manager } = outbox.database;
    const { now, lastSeenAt } = await lookAtLines(manager);
    watch = watchOn(watch, now, lastSeenAt);
    if (lastSeenAt === null) return 'done';
    const backBy = new Date(watch.since.getTime() + graceAfterOutageMs);
    const awaySince = new Date(now.getTime() - graceMs);
    for (const concertId of await roomsToMove(manager, now, backBy <= now ? awaySince : null)) {
      while (moving.size >= linesAtATime) await Promise.race(moving.values());
      if (signal.aborted) break;
      if (!moving.has(concertId)) moving.set(concertId, move(concertId, backBy));
    }
    return lookEveryMs;
  };
  const lines = repeat('moving the lines', idleMs, log, look, { gapMs: waveGapMs });
  const overdue = repeat('ending overdue admissions', idleMs, log, async () => {
    const { now, expiresAt } = await firstOverdue(outbox.database.manager);
    if (expiresAt === null) return 'done';
    const inMs = expiresAt.getTime() - now.getTime();
    if (inMs > 0) return inMs;
    return (await endOverdueAdmissions(outbox)) === 'more' ? 'more' : lookEveryMs;
  });
  outbox.onCommit(() => {
    lines.wake();
  });
  return {
    wake: () => {
      lines.wake();
    },
    stop: async () => {
      await Promise.all([lines.stop(), overdue.stop()]);
      await Promise.all(moving.values());
    },
  };
}
