import type { EntityManager } from 'typeorm';
import type { Challenges } from '../challenges.ts';
import type { Room } from '../domain/room.ts';
import { countTickets } from '../storage/tickets.ts';

/** Makes a challenge for the fan's next ticket in this room. */
export async function giveChallenge(
  manager: EntityManager,
  challenges: Challenges,
  { concertId }: Room,
  userId: string,
): Promise<{ json: string; expiresAt: Date }> {
  const tickets = await countTickets(manager, concertId, [userId]);
  const ticketsBefore = tickets.get(userId) ?? 0;
  const { challenge, expiresAt } = await challenges.give({ userId, concertId, ticketsBefore });
  return { json: JSON.stringify(challenge), expiresAt };
}
