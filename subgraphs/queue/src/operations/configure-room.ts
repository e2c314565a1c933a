import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import { badUserInput } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import type { Refusal } from '@frontrow/kit/refusal';
import { isDeepStrictEqual } from 'node:util';
import { configure } from '../domain/room.ts';
import type { Room, RoomSettings } from '../domain/room.ts';
import { databaseNow } from '../storage/clock.ts';
import { findRooms, lockRoom, updateRoom } from '../storage/rooms.ts';
import { sendHome } from './end-waiting.ts';
import { noSuchRoom } from './join-room.ts';
import type { LineDependencies } from './line-dependencies.ts';

/**
 * Changes an operator's settings of a room. Closing the room sends the line home: the first batch together with the change, the
 * rest later by `moveLine`, even when this process dies.
 * @throws BAD_USER_INPUT for values outside of the limits
 */
export async function configureRoom(
  lineDeps: LineDependencies,
  acting: Acting,
  concertId: string,
  change: Partial<RoomSettings>,
): Promise<Room | Refusal<'NOT_FOUND'>> {
  checkLimits(change);
  if (!isId(concertId)) return noSuchRoom();
  return act(lineDeps.outbox, acting, async (tx) => {
    const found = await lockRoom(tx.manager, concertId);
    if (found === null) return noSuchRoom();
    const now = await databaseNow(tx.manager);
    const { openedAt, ...next } = configure(found, change, now);
    const after = configurable(next);
    await updateRoom(tx.manager, concertId, { ...after, openedAt });
    if (next.status === 'CLOSED') await sendHome(lineDeps, tx, found, now);
    const [room] = await findRooms(tx.manager, [concertId]);
    if (room === undefined) return noSuchRoom();
    const before = configurable(found);
    if (isDeepStrictEqual(before, after)) return { answer: room };
    return { answer: room, subjectId: concertId, before, after };
  });
}

const configurable = ({
  status,
  maxActive,
  admitPerSecond,
  admissionSeconds,
  challenge,
}: RoomSettings): RoomSettings => ({ status, maxActive, admitPerSecond, admissionSeconds, challenge });

function checkLimits({ maxActive, admitPerSecond, admissionSeconds }: Partial<RoomSettings>): void {
  if (maxActive !== undefined && (maxActive < 1 || maxActive > 100_000)) {
    throw badUserInput('input.maxActive', 'must be from 1 to 100000.');
  }
  if (admitPerSecond !== undefined && (admitPerSecond <= 0 || admitPerSecond > 10_000)) {
    throw badUserInput('input.admitPerSecond', 'must be more than 0 and 10000 at the most.');
  }
  if (admissionSeconds !== undefined && (admissionSeconds < 30 || admissionSeconds > 86_400)) {
    throw badUserInput('input.admissionSeconds', 'must be from 30 to 86400.');
  }
}
