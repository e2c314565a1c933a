import type { Transaction } from '@frontrow/events/outbox';
import { newRoom } from '../domain/room.ts';
import type { ConcertTimes } from '../domain/room.ts';
import { databaseNow } from '../storage/clock.ts';
import { insertRoom } from '../storage/rooms.ts';

/** A room opens with its concert, once. */
export async function openRoom({ manager }: Transaction, concert: ConcertTimes): Promise<void> {
  await insertRoom(manager, newRoom(concert, await databaseNow(manager)));
}
