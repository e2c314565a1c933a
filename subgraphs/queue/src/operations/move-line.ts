import type { Outbox, Transaction } from '@frontrow/events/outbox';
import { admissionFrom, admittable, awaySince, pacedAfter } from '../domain/room.ts';
import type { Room } from '../domain/room.ts';
import { admit } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { countOff, lockRoom, updateRoom } from '../storage/rooms.ts';
import { countActive, firstWaiting, lockAway, updateTickets } from '../storage/tickets.ts';
import { batchSize, endWaiting, sendHome } from './end-waiting.ts';

/**
 * Moves the line of one room: ends no-shows, then fills free places in order of number. Any replica may do it at any
 * moment; the room's lock lets one after the other. It waits for the lock: in a rush there is always somebody joining, and a
 * line that gave way to them would stand still.
 * @returns 'more' when a batch was full
 */
export const moveLine = (outbox: Outbox, concertId: string): Promise<'more' | 'done'> =>
  outbox.transaction(async (tx) => {
    const room = await lockRoom(tx.manager, concertId);
    if (room === null) return 'done';
    const now = await databaseNow(tx.manager);
    if (room.status === 'CLOSED') return sendHome(tx, concertId, now);
    // Before anybody is let in, all who are away have to be out of the line.
    if ((await endAway(tx, room, now)) === 'more') return 'more';
    return letIn(tx, room, now);
  });

async function endAway(tx: Transaction, room: Room, now: Date): Promise<'more' | 'done'> {
  const since = awaySince(room, now);
  if (since === null) return 'done';
  const away = await lockAway(tx.manager, room.concertId, since, batchSize);
  await endWaiting(tx, room.concertId, away, 'ABANDONED', now);
  return away.length === batchSize ? 'more' : 'done';
}

async function letIn(tx: Transaction, room: Room, now: Date): Promise<'more' | 'done'> {
  const { concertId } = room;
  // Only this transaction can make the count grow (it has the room's lock), so maxActive holds.
  const active = (await countActive(tx.manager, [concertId])).get(concertId) ?? 0;
  const wave = Math.min(admittable(room, active, now), batchSize);
  if (wave === 0) return 'done';
  const tickets = await firstWaiting(tx.manager, concertId, wave);
  if (tickets.length === 0) return 'done';
  const admission = admissionFrom(room, now);
  const decisions = tickets.map((ticket) => admit(ticket, admission));
  await updateTickets(
    tx.manager,
    decisions.map(({ next }) => next),
  );
  await countOff(tx.manager, concertId, tickets.length);
  await updateRoom(tx.manager, concertId, { pacedUntilMs: pacedAfter(room, tickets.length, now) });
  tx.emit(...decisions.flatMap(({ events }) => events));
  return tickets.length === batchSize ? 'more' : 'done';
}
