import { Followers } from '@frontrow/kit/followers';
import type { Logger } from '@frontrow/kit/log';
import type { DataSource } from 'typeorm';
import type { Room } from '../domain/room.ts';
import { findRooms } from '../storage/rooms.ts';
import { countActive } from '../storage/tickets.ts';

/** A room as the graph shows it. Active fans are counted when somebody asks for them, unless the number is known already. */
export type ShownRoom = Room & { readonly active?: number };

/** What followers are told about. The estimated wait is left out, because it changes with the time. */
const stateOf = ({
  status,
  waiting,
  active,
  maxActive,
  admitPerSecond,
  admissionSeconds,
  challenge,
}: ShownRoom) =>
  JSON.stringify([status, waiting, active, maxActive, admitPerSecond, admissionSeconds, challenge]);

export type RoomFollowers = Followers<ShownRoom>;

/**
 * Starts to tell the followers of waiting rooms about changes, at most once a second. All rooms that are followed on this
 * replica cost two statements a second, however many follow them and however fast their lines move.
 */
export const startRoomFollowers = (database: DataSource, log: Logger): RoomFollowers =>
  new Followers<ShownRoom>({
    ...{ name: 'telling who watches a room', log, gapMs: 1_000, lookEveryMs: 1_000 },
    idOf: ({ concertId }) => concertId,
    stateOf,
    read: (ids) => readRooms(database, ids),
  });

/** The rooms of these concerts, with who is active in them. */
export async function readRooms(
  { manager }: DataSource,
  concertIds: readonly string[],
): Promise<(Room & { readonly active: number })[]> {
  const [rooms, active] = await Promise.all([
    findRooms(manager, concertIds),
    countActive(manager, concertIds),
  ]);
  return rooms.map((room) => ({ ...room, active: active.get(room.concertId) ?? 0 }));
}
