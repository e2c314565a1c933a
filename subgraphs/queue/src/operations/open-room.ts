import type { Transaction } from '@frontrow/events/outbox';
import { newRoom } from '../domain/room.ts';
import { databaseNow } from '../storage/clock.ts';
import { insertRoom } from '../storage/rooms.ts';

/** A room opens with its concert, once. */
export async function openRoom(
  tx: Transaction,
  concert: { concertId: string; salesOpenAt: Date },
): Promise<void> {
  const now = await databaseNow(tx.manager);
  await insertRoom(tx.manager, newRoom(concert.concertId, concert.salesOpenAt, now));
}
