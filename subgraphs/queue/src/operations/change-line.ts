import type { Transaction } from '@frontrow/events/outbox';
import type { LineChange } from '../domain/line-change.ts';
import type { Room } from '../domain/room.ts';
import { updateRoom } from '../storage/rooms.ts';
import type { LineDependencies } from './line-dependencies.ts';

/** The version for the tickets that this transaction moves; it has locked the room. */
export const nextVersion = (room: Room): number => room.version + 1;

/**
 * Stores everything that this transaction does to a line at once, and announces it after the commit.
 * @param waiting by how many tickets the line grows
 * @param change other changes of the room
 */
export async function changeLine(
  { announce }: Pick<LineDependencies, 'announce'>,
  tx: Transaction,
  room: Room,
  moved: Omit<LineChange, 'concertId' | 'version'>,
  { waiting, ...change }: Partial<Room> & { readonly waiting: number },
): Promise<void> {
  const { concertId } = room;
  const version = nextVersion(room);
  await updateRoom(tx.manager, concertId, { ...change, version, waiting: room.waiting + waiting });
  tx.afterCommit(() => {
    announce({ concertId, version, ...moved });
  });
}
