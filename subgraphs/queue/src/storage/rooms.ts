import { count, id, instant, key, optional, text } from '@frontrow/kit/columns';
import { inColumns, insertMissingRows } from '@frontrow/kit/many-rows';
import { EntitySchema, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Room } from '../domain/room.ts';

export const roomEntity = new EntitySchema<Room>({
  name: 'Room',
  tableName: 'rooms',
  columns: {
    concertId: key(id('concert_id')),
    status: text('status'),
    maxActive: count('max_active'),
    admitPerSecond: { name: 'admit_per_second', type: 'double' },
    admissionSeconds: count('admission_seconds'),
    challenge: { type: 'boolean' },
    salesOpenAt: instant('sales_open_at'),
    publishAt: optional(instant('publish_at')),
    concertVersion: count('concert_version'),
    openedAt: instant('opened_at'),
    lastNumber: count('last_number'),
    waiting: count('waiting'),
    pacedUntilMs: { name: 'paced_until_ms', type: 'double' },
    version: count('version'),
    turnover: { ...text('turnover'), transformer: { to: JSON.stringify, from: JSON.parse } },
  },
});

/** Adds the room unless the concert has one; either way, this transaction has then locked it. */
export const insertRoom = (manager: EntityManager, room: Room): Promise<void> =>
  insertMissingRows(manager, 'rooms', [
    { ...inColumns(roomEntity)(room), turnover: JSON.stringify(room.turnover) },
  ]);

export const findRooms = (manager: EntityManager, concertIds: readonly string[]): Promise<Room[]> =>
  manager.find(roomEntity, { where: { concertId: In(concertIds) } });

/**
 * The room, locked until the transaction ends. Every transaction that makes a ticket WAITING, or ends its waiting, takes
 * this lock. So numbers have no gaps and no duplicates, `waiting` is exact, versions come one after the other, and one replica at a
 * time lets fans in. Rooms are locked before tickets.
 */
export const lockRoom = (manager: EntityManager, concertId: string): Promise<Room | null> =>
  manager.findOne(roomEntity, { where: { concertId }, lock: { mode: 'pessimistic_write' } });

/** Those of the concerts whose rooms have opened by now. */
export async function findArrived(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.find(roomEntity, { select: { concertId: true }, where: { concertId: In(ids) } });
  return rows.map(({ concertId }) => concertId);
}

/** Stores changes of a room that this transaction has locked. */
export async function updateRoom(
  manager: EntityManager,
  concertId: string,
  change: Partial<Room>,
): Promise<void> {
  await manager.update(roomEntity, { concertId }, change);
}

/**
 * The rooms in which somebody waits and something can be done: free places to fill, tickets of fans who are away to
 * end, or the whole line to end because the room is closed. This looks without locks, so the caller must look again.
 * @param awaySince fans who were not seen since this instant are away; null while nobody loses a place
 */
export async function roomsToMove(
  manager: EntityManager,
  now: Date,
  awaySince: Date | null,
): Promise<string[]> {
  const rows = await manager.query<{ concert_id: string }[]>(
    `SELECT r.concert_id FROM rooms r
     WHERE r.waiting > 0 AND (r.status = 'CLOSED' OR r.status = 'OPEN' AND r.sales_open_at <= ? AND (
       (SELECT COUNT(*) FROM tickets t WHERE t.concert_id = r.concert_id AND t.status = 'ADMITTED') < r.max_active
       OR r.opened_at <= ? AND EXISTS (SELECT 1 FROM tickets t
          WHERE t.concert_id = r.concert_id AND t.status = 'WAITING' AND t.last_seen_at <= ?)))`,
    [now, awaySince, awaySince],
  );
  return rows.map((row) => row.concert_id);
}

/** When any of the fans who wait was last seen, by the database's clock; null if nobody waits. One index entry is read for each line. */
export async function lookAtLines(manager: EntityManager): Promise<{ now: Date; lastSeenAt: Date | null }> {
  const [row] = await manager.query<{ now: Date; lastSeenAt: Date | null }[]>(
    `SELECT UTC_TIMESTAMP(3) AS now,
       (SELECT MAX((SELECT t.last_seen_at FROM tickets t FORCE INDEX (tickets_away)
          WHERE t.concert_id = r.concert_id AND t.status = 'WAITING' ORDER BY t.last_seen_at DESC LIMIT 1))
        FROM rooms r WHERE r.waiting > 0) AS lastSeenAt`,
  );
  if (row === undefined) throw new Error('the database does not know the time');
  return row;
}

/** How many wait and how many are admitted, in rooms where anybody does; the longest lines first. Reads without locks. */
export async function countByRoom(
  manager: EntityManager,
  mostRooms: number,
): Promise<{ concertId: string; waiting: number; admitted: number }[]> {
  const rows = await manager.query<{ concert_id: string; waiting: number; admitted: string | number }[]>(
    `SELECT concert_id, waiting, admitted FROM (
       SELECT r.concert_id, r.waiting, (SELECT COUNT(*) FROM tickets t FORCE INDEX (tickets_line)
         WHERE t.concert_id = r.concert_id AND t.status = 'ADMITTED') AS admitted
       FROM rooms r WHERE r.status <> 'CLOSED' OR r.waiting > 0) AS counted
     WHERE waiting > 0 OR admitted > 0 ORDER BY waiting DESC, admitted DESC LIMIT ${String(mostRooms)}`,
  );
  return rows.map(({ concert_id, waiting, admitted }) => ({
    concertId: concert_id,
    waiting,
    admitted: Number(admitted),
  }));
}
