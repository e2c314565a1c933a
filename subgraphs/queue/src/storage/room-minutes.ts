import { minuteOf } from '@frontrow/kit/minutes';
import type { LastKept } from '@frontrow/kit/minutes';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { countActive } from './tickets.ts';

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

/** Stores the present state of the rooms; any replica may, as often as it likes. */
export async function keepRoomMinutes(manager: EntityManager, kept: LastKept, now: Date): Promise<void> {
  const rooms = await manager.query<{ concertId: string; waiting: number }[]>(
    'SELECT concert_id AS concertId, waiting FROM rooms',
  );
  const active = await countActive(
    manager,
    rooms.map(({ concertId }) => concertId),
  );
  const rows = rooms
    .map(({ concertId, waiting }) => ({ concertId, waiting, active: active.get(concertId) ?? 0 }))
    .filter((room) => kept.isNew(room.concertId, [room.waiting, room.active], now))
    .map((room) => [room.concertId, minuteOf(now), room.waiting, room.active]);
  if (rows.length === 0) return;
  await manager.query(
    `INSERT INTO room_minutes (concert_id, minute, waiting, active) VALUES ?
     ON DUPLICATE KEY UPDATE waiting = VALUES(waiting), active = VALUES(active)`,
    [rows],
  );
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
