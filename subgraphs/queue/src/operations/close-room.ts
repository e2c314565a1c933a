import type { Transaction } from '@frontrow/events/outbox';
import { newRoom } from '../domain/room.ts';
import type { ConcertTimes } from '../domain/room.ts';
import { databaseNow } from '../storage/clock.ts';
import { insertRoom, updateRoom } from '../storage/rooms.ts';

/**
 * Closes the room of a concert that has no date to come: `moveLine` then ends the waiting tickets. If `concert.created` has not arrived yet,
 * a closed room is made.
 */
export async function closeRoom({ manager }: Transaction, concert: ConcertTimes): Promise<void> {
  await insertRoom(manager, newRoom(concert, await databaseNow(manager)));
  await updateRoom(manager, concert.concertId, { status: 'CLOSED' });
}
