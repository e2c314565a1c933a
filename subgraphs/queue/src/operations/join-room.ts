import type { Transaction } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { refusalToJoin, refusalWithoutChallenge } from '../domain/room.ts';
import type { Room } from '../domain/room.ts';
import { isSeenAnew, issue } from '../domain/ticket.ts';
import type { Ticket, Waiting } from '../domain/ticket.ts';
import { databaseNow } from '../storage/clock.ts';
import { lockRoom } from '../storage/rooms.ts';
import { countTickets, findLiveTickets, insertTickets, markSeen } from '../storage/tickets.ts';
import { changeLine, nextVersion } from './change-line.ts';
import type { Lobby } from './lobby.ts';

export type Joined = Ticket | Refusal<'NOT_FOUND' | 'ROOM_CLOSED' | 'ROOM_PAUSED' | 'CHALLENGE_REQUIRED'>;

export const noSuchRoom = () => refuse('NOT_FOUND', 'There is no waiting room of this concert.');

/**
 * Gives each of these different fans a ticket, in this order, by one transaction; who has a live one keeps it, whatever the
 * room's status and without a challenge. When it runs again after a COMMIT of unknown outcome, it finds the tickets that it made.
 * @param solved how many tickets of the concert a fan had when they got the challenge that they solved
 */
export const joinRoom = (
  lobby: Lobby,
  concertId: string,
  fans: readonly string[],
  solved: ReadonlyMap<string, number> = new Map(),
): Promise<ReadonlyMap<string, Joined>> =>
  lobby.outbox.transaction(async (tx) => {
    const { manager } = tx;
    const room = await lockRoom(manager, concertId);
    if (room === null) return new Map(fans.map((fan) => [fan, noSuchRoom()]));
    const now = await databaseNow(manager);
    const live = await findLiveTickets(manager, concertId, fans);
    const seen = live.filter((ticket) => isSeenAnew(ticket, now)).map(({ id }) => id);
    if (seen.length > 0) await markSeen(manager, seen);

    const joined = new Map<string, Joined>(live.map((ticket) => [ticket.userId, ticket]));
    const newcomers = fans.filter((fan) => !joined.has(fan));
    const refusal = refusalToJoin(room);
    if (refusal !== null) {
      for (const fan of newcomers) joined.set(fan, refusal);
      return joined;
    }
    const before = room.challenge
      ? await countTickets(manager, concertId, newcomers)
      : new Map<string, number>();
    const welcome: string[] = [];
    for (const fan of newcomers) {
      const attempt = { solvedAfter: solved.get(fan) ?? null, ticketsBefore: before.get(fan) ?? 0 };
      const unsolved = refusalWithoutChallenge(room, attempt);
      if (unsolved === null) welcome.push(fan);
      else joined.set(fan, unsolved);
    }
    for (const ticket of await issueTickets(lobby, tx, room, welcome, now)) joined.set(ticket.userId, ticket);
    return joined;
  });

async function issueTickets(
  lobby: Lobby,
  tx: Transaction,
  room: Room,
  fans: readonly string[],
  now: Date,
): Promise<Waiting[]> {
  if (fans.length === 0) return [];
  const { concertId, lastNumber } = room;
  const tickets = fans.map((userId, i) =>
    issue({ id: newId(), concertId, userId, number: lastNumber + 1 + i }, now),
  );
  await insertTickets(tx.manager, tickets, nextVersion(room));
  const last = lastNumber + tickets.length;
  await changeLine(
    lobby,
    tx,
    room,
    { joined: [lastNumber + 1, last] },
    { lastNumber: last, waiting: tickets.length },
  );
  return tickets;
}
