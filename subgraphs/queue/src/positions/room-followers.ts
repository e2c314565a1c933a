import { Followers } from '@frontrow/kit/followers';
import type { Logger } from '@frontrow/kit/log';
import type { DataSource } from 'typeorm';
import type { Room } from '../domain/room.ts';
import { findRooms } from '../storage/rooms.ts';
import { countActive } from '../storage/tickets.ts';

/** A room as the graph shows it; who is active is counted when somebody asks for it, unless it is known already. */
export type ShownRoom = Room & { readonly active?: number };

/** What watchers are told of. The estimated wait is not among it: it changes with the time. */
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
 * Begins to tell whoever watches a waiting room what becomes of it, once a second at the most. All rooms that are watched on this
 * replica cost two statements a second, whoever watches them and however their lines move.
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
