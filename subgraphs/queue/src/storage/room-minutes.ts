import { minuteOf } from '@frontrow/kit/minutes';
import type { LastKept } from '@frontrow/kit/minutes';
import { days } from '@frontrow/kit/retention';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';

/** How many fans waited and were admitted when a minute was last looked at. */
export interface RoomMinute {
  readonly at: Date;
  readonly waiting: number;
  readonly active: number;
}

/** What each waiting room was like in each minute. A minute that has no row was as the one before it. */
export class KeepRoomMinutes1795000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS room_minutes (
        concert_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        minute     DATETIME(3) NOT NULL,
        waiting    INT UNSIGNED NOT NULL,
        active     INT UNSIGNED NOT NULL,
        PRIMARY KEY (concert_id, minute),
        KEY room_minutes_by_minute (minute)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS room_minutes');
  }
}

/** How old the row of an empty room may get, in ms, before it is written again: well within the time for which rows are kept. */
const emptyForMs = days(7);

/** Stores the present state of the rooms; any replica may, as often as it likes. */
export async function keepRoomMinutes(manager: EntityManager, kept: LastKept, now: Date): Promise<void> {
  const changed = (await lookAtRooms(manager)).filter(({ concertId, waiting, active }) =>
    kept.isNew(concertId, [waiting, active], now),
  );
  // Most rooms are those of concerts that are over, and each would get a row each hour.
  const empty = changed.filter(({ waiting, active }) => waiting === 0 && active === 0);
  const known = await knownAsEmpty(manager, empty, new Date(now.getTime() - emptyForMs));
  const rows = changed
    .filter(({ concertId }) => !known.has(concertId))
    .map(({ concertId, waiting, active }) => [concertId, minuteOf(now), waiting, active]);
  if (rows.length === 0) return;
  await manager.query(
    `INSERT INTO room_minutes (concert_id, minute, waiting, active) VALUES ?
     ON DUPLICATE KEY UPDATE waiting = VALUES(waiting), active = VALUES(active)`,
    [rows],
  );
}

interface LookedAt {
  readonly concertId: string;
  readonly waiting: number;
  readonly active: number;
}

/** Of the tickets, it reads those that are ADMITTED and no others. */
async function lookAtRooms(manager: EntityManager): Promise<LookedAt[]> {
  const rows = await manager.query<{ concertId: string; waiting: number; active: string | number }[]>(
    `SELECT concert_id AS concertId, waiting, COALESCE(active, 0) AS active FROM rooms LEFT JOIN (
       SELECT concert_id, COUNT(*) AS active FROM tickets FORCE INDEX (tickets_overdue)
       WHERE status = 'ADMITTED' GROUP BY concert_id
     ) AS admitted USING (concert_id)`,
  );
  return rows.map((row) => ({ ...row, active: Number(row.active) }));
}

/** Those of the rooms whose last row says since that instant that nobody is there. */
async function knownAsEmpty(
  manager: EntityManager,
  rooms: readonly LookedAt[],
  since: Date,
): Promise<Set<string>> {
  if (rooms.length === 0) return new Set();
  const rows = await manager.query<{ concertId: string }[]>(
    `SELECT concert_id AS concertId FROM room_minutes JOIN (
       SELECT concert_id, MAX(minute) AS minute FROM room_minutes WHERE concert_id IN (?) GROUP BY concert_id
     ) AS newest USING (concert_id, minute)
     WHERE waiting = 0 AND active = 0 AND minute > ?`,
    [rooms.map(({ concertId }) => concertId), since],
  );
  return new Set(rows.map(({ concertId }) => concertId));
}

/** The rows from an instant on, and the last one before it. */
export const findRoomMinutes = (
  manager: EntityManager,
  concertId: string,
  from: Date,
): Promise<RoomMinute[]> =>
  manager.query(
    `SELECT minute AS at, waiting, active FROM room_minutes WHERE concert_id = ? AND minute >=
       COALESCE((SELECT MAX(minute) FROM room_minutes WHERE concert_id = ? AND minute <= ?), ?)`,
    [concertId, concertId, from, from],
  );
