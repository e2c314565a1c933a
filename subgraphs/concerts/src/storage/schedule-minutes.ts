import { minuteOf } from '@frontrow/kit/minutes';
import type { LastKept } from '@frontrow/kit/minutes';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';

/** How many seats of a schedule were held and sold when it was last looked at in a minute. */
export interface ScheduleMinute {
  readonly at: Date;
  readonly held: number;
  readonly sold: number;
}

/** The numbers of held and sold seats of each schedule, by minute. A minute that has no row was like the one before it. */
export class KeepScheduleMinutes1795000100001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS schedule_minutes (
        schedule_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        minute      DATETIME(3) NOT NULL,
        held        INT UNSIGNED NOT NULL,
        sold        INT UNSIGNED NOT NULL,
        PRIMARY KEY (schedule_id, minute),
        KEY schedule_minutes_by_minute (minute)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS schedule_minutes');
  }
}

/** Stores the present numbers of all schedules that are on sale. Any replica may do this, as often as it likes. */
export async function keepScheduleMinutes(manager: EntityManager, kept: LastKept, now: Date): Promise<void> {
  const onSale = await manager.query<{ id: string }[]>(
    `SELECT s.id FROM schedules s JOIN concerts c ON c.id = s.concert_id
     WHERE s.starts_at > ? AND c.sales_open_at <= ?`,
    [now, now],
  );
  if (onSale.length === 0) return;
  const counts = await manager.query<{ id: string; held: string; sold: string }[]>(
    `SELECT schedule_id AS id, SUM(held) AS held, SUM(sold) AS sold FROM section_counts
     WHERE schedule_id IN (?) GROUP BY schedule_id`,
    [onSale.map(({ id }) => id)],
  );
  // SUM is a DECIMAL, which arrives as a string.
  const rows = counts
    .map(({ id, held, sold }) => ({ id, held: Number(held), sold: Number(sold) }))
    .filter(({ id, held, sold }) => kept.isNew(id, [held, sold], now))
    .map(({ id, held, sold }) => [id, minuteOf(now), held, sold]);
  if (rows.length === 0) return;
  await manager.query(
    `INSERT INTO schedule_minutes (schedule_id, minute, held, sold) VALUES ?
     ON DUPLICATE KEY UPDATE held = VALUES(held), sold = VALUES(sold)`,
    [rows],
  );
}

/** The minutes from an instant on, and the last one before it. */
export const findScheduleMinutes = (
  manager: EntityManager,
  scheduleId: string,
  from: Date,
): Promise<ScheduleMinute[]> =>
  manager.query(
    `SELECT minute AS at, held, sold FROM schedule_minutes WHERE schedule_id = ? AND minute >=
       COALESCE((SELECT MAX(minute) FROM schedule_minutes WHERE schedule_id = ? AND minute <= ?), ?)`,
    [scheduleId, scheduleId, from, from],
  );
