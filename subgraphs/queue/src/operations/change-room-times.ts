import type { Transaction } from '@frontrow/events/outbox';
import { newRoom } from '../domain/room.ts';
import type { ConcertTimes } from '../domain/room.ts';
import { databaseNow } from '../storage/clock.ts';
import { insertRoom, lockRoom, updateRoom } from '../storage/rooms.ts';

/**
 * Takes over the times of a changed concert, unless those of a later version are known. If the concert is not known yet, its room is
 * made first.
 */
export async function changeRoomTimes(
  { manager }: Transaction,
  concert: Required<ConcertTimes> & { readonly publishAt: Date | null },
): Promise<void> {
  const { concertId, salesOpenAt, publishAt, concertVersion } = concert;
  await insertRoom(manager, newRoom(concert, await databaseNow(manager)));
  const room = await lockRoom(manager, concertId);
  if (room === null || room.concertVersion >= concertVersion) return;
  await updateRoom(manager, concertId, { salesOpenAt, publishAt, concertVersion });
}
