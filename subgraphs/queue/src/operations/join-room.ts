import type { Transaction } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { isPublished, refusalToJoin, refusalWithoutChallenge } from '../domain/room.ts';
import type { Room } from '../domain/room.ts';
import { isSeenAnew, issue } from '../domain/ticket.ts';
import type { Ticket, Waiting } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { lockRoom } from '../storage/rooms.ts';
import { countTickets, findLiveTickets, insertTickets, markSeen } from '../storage/tickets.ts';
import { changeLine, nextVersion } from './change-line.ts';
import type { LineDependencies } from './line-dependencies.ts';

export type Joined = Ticket | Refusal<'NOT_FOUND' | 'ROOM_CLOSED' | 'ROOM_PAUSED' | 'CHALLENGE_REQUIRED'>;

export const noSuchRoom = () => refuse('NOT_FOUND', 'There is no waiting room of this concert.');

/**
 * Gives each of these different fans a ticket, in this order, by one transaction. A fan with a live ticket keeps it, whatever the
 * room's status and without a challenge. When this runs again after a COMMIT of unknown outcome, it finds the tickets that it made.
 * @param solved by user id, how many tickets of the concert the fan had when they got the challenge that they solved
 */
export const joinRoom = (
  lineDeps: LineDependencies,
  concertId: string,
  userIds: readonly string[],
  solved: ReadonlyMap<string, number> = new Map(),
): Promise<ReadonlyMap<string, Joined>> =>
  lineDeps.outbox.transaction(async (tx) => {
    const { manager } = tx;
    const room = await lockRoom(manager, concertId);
    if (room === null) return new Map(userIds.map((userId) => [userId, noSuchRoom()]));
    const now = await databaseNow(manager);
    if (!isPublished(room, now)) return new Map(userIds.map((userId) => [userId, noSuchRoom()]));
    const live = await findLiveTickets(manager, concertId, userIds);
    const seen = live.filter((ticket) => isSeenAnew(ticket, now)).map(({ id }) => id);
    if (seen.length > 0) await markSeen(manager, seen);

    const joined = new Map<string, Joined>(live.map((ticket) => [ticket.userId, ticket]));
    const withoutTicket = userIds.filter((userId) => !joined.has(userId));
    const refusal = refusalToJoin(room);
    if (refusal !== null) {
      for (const userId of withoutTicket) joined.set(userId, refusal);
      return joined;
    }
    const before = room.challenge
      ? await countTickets(manager, concertId, withoutTicket)
      : new Map<string, number>();
    const admissible: string[] = [];
    for (const userId of withoutTicket) {
      const attempt = { solvedAfter: solved.get(userId) ?? null, ticketsBefore: before.get(userId) ?? 0 };
      const unsolved = refusalWithoutChallenge(room, attempt);
      if (unsolved === null) admissible.push(userId);
      else joined.set(userId, unsolved);
    }
    for (const ticket of await issueTickets(lineDeps, tx, room, admissible, now))
      joined.set(ticket.userId, ticket);
    return joined;
  });

async function issueTickets(
  lineDeps: LineDependencies,
  tx: Transaction,
  room: Room,
  userIds: readonly string[],
  now: Date,
): Promise<Waiting[]> {
  if (userIds.length === 0) return [];
  const { concertId, lastNumber } = room;
  const tickets = userIds.map((userId, i) =>
    issue({ id: newId(), concertId, userId, number: lastNumber + 1 + i }, now),
  );
  await insertTickets(tx.manager, tickets, nextVersion(room));
  const last = lastNumber + tickets.length;
  await changeLine(
    lineDeps,
    tx,
    room,
    { joined: [lastNumber + 1, last] },
    { lastNumber: last, waiting: tickets.length },
  );
  return tickets;
}
