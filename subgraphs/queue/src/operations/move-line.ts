import type { Transaction } from '@frontrow/events/outbox';
import { admissionFrom, admittable, awaySince, pacedAfter } from '../domain/room.ts';
import type { Room } from '../domain/room.ts';
import { admit } from '../domain/ticket.ts';
import type { Waiting } from '../domain/ticket.ts';
import { turnoverAfter } from '../domain/turnover.ts';
import { databaseNow } from '../storage/clock.ts';
import { lockRoom } from '../storage/rooms.ts';
import { countActive, firstWaiting, lockAway, updateTickets } from '../storage/tickets.ts';
import { changeLine, nextVersion } from './change-line.ts';
import { batchSize, endWaiting, sendHome } from './end-waiting.ts';
import type { LineDependencies } from './line-dependencies.ts';

/**
 * Moves the line of one room: ends the tickets of fans who are away, then fills free places in order of number. Any replica may
 * do it at any moment; the room's lock makes them take turns. It waits for the lock rather than skipping the room, because in a
 * rush somebody always joins, and the line would stand still.
 * @param backBy by when all fans have had time to come back after they could not be seen
 * @returns 'more' when a batch was full
 */
export const moveLine = (
  lineDeps: LineDependencies,
  concertId: string,
  backBy: Date,
): Promise<'more' | 'done'> =>
  lineDeps.outbox.transaction(async (tx) => {
    const room = await lockRoom(tx.manager, concertId);
    if (room === null) return 'done';
    if (room.status === 'CLOSED') return sendHome(lineDeps, tx, room, await databaseNow(tx.manager));
    // Only this transaction can make the count grow, because it has the room's lock, so maxActive holds. The count comes before
    // the clock: a ticket whose end made a place free has then ended by `now`, which the audit relies on.
    const active = (await countActive(tx.manager, [concertId])).get(concertId) ?? 0;
    const now = await databaseNow(tx.manager);
    const away = await endAway(tx, room, now, backBy);
    // All absent fans must be out of the line before anybody is let in.
    const { admitted, change } = away.length < batchSize ? await letIn(tx, room, active, now) : nobody;
    const moved = { gone: away.map(({ number }) => number), admittedUpTo: admitted.at(-1)?.number };
    const waiting = -away.length - admitted.length;
    if (waiting < 0) await changeLine(lineDeps, tx, room, moved, { ...change, waiting });
    return away.length === batchSize || admitted.length === batchSize ? 'more' : 'done';
  });

async function endAway(tx: Transaction, room: Room, now: Date, backBy: Date): Promise<Waiting[]> {
  const since = awaySince(room, now, backBy);
  if (since === null) return [];
  const away = await lockAway(tx.manager, room.concertId, since, batchSize);
  if (away.length > 0) await endWaiting(tx, room, away, 'ABANDONED', now);
  return away;
}

/** A wave, and what it changes of the room. */
interface Wave {
  readonly admitted: readonly Waiting[];
  readonly change: Partial<Room>;
}

const nobody: Wave = { admitted: [], change: {} };

/** @param active how many tickets are ADMITTED, at the most */
async function letIn(tx: Transaction, room: Room, active: number, now: Date): Promise<Wave> {
  const places = Math.min(admittable(room, active, now), batchSize);
  const tickets = places === 0 ? [] : await firstWaiting(tx.manager, room.concertId, places);
  if (tickets.length === 0) return nobody;
  const admission = admissionFrom(room, now);
  const decisions = tickets.map((ticket) => admit(ticket, admission));
  await updateTickets(
    tx.manager,
    decisions.map(({ next }) => next),
    nextVersion(room),
  );
  tx.emit(...decisions.flatMap(({ events }) => events));
  const turnover = turnoverAfter(room, active, tickets.length, now);
  return { admitted: tickets, change: { pacedUntilMs: pacedAfter(room, tickets.length, now), turnover } };
}
