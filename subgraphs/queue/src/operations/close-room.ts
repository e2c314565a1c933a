import type { Transaction } from '@frontrow/events/outbox';
import { newRoom } from '../domain/room.ts';
import type { ConcertTimes } from '../domain/room.ts';
import { databaseNow } from '../storage/clock.ts';
import { insertRoom, updateRoom } from '../storage/rooms.ts';

/**
 * Closes the room of a concert that has no date to come: the line is sent home by `moveLine`. Where its concert was not heard of yet, the
 * room is made closed, as it would be found.
 */
export async function closeRoom({ manager }: Transaction, concert: ConcertTimes): Promise<void> {
  await insertRoom(manager, newRoom(concert, await databaseNow(manager)));
  await updateRoom(manager, concert.concertId, { status: 'CLOSED' });
}
