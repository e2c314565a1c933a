import type { EntityManager } from 'typeorm';
import type { Challenges } from '../challenges.ts';
import type { Room } from '../domain/room.ts';
import { countTickets } from '../storage/tickets.ts';

/** A challenge for the fan's next ticket in this room. */
export async function giveChallenge(
  manager: EntityManager,
  challenges: Challenges,
  { concertId }: Room,
  fan: string,
): Promise<{ json: string; expiresAt: Date }> {
  const tickets = await countTickets(manager, concertId, [fan]);
  const ticketsBefore = tickets.get(fan) ?? 0;
  const { challenge, expiresAt } = await challenges.give({ fan, concertId, ticketsBefore });
  return { json: JSON.stringify(challenge), expiresAt };
}
