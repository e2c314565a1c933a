import { minuteOf } from '@frontrow/kit/minutes';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';

/** What was confirmed in a minute. Purchases that were cancelled later count, because they were made in it. */
export interface SalesMinute {
  readonly at: Date;
  readonly purchases: number;
  /** In points. */
  readonly revenue: number;
}

/** What was bought of each schedule in each minute, computed from the reservations, and the indexes that make that fast. */
export class KeepSalesMinutes1795000100002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS sales_minutes (
        schedule_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        minute      DATETIME(3) NOT NULL,
        purchases   INT UNSIGNED NOT NULL,
        revenue     BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (schedule_id, minute),
        KEY sales_minutes_by_minute (minute)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
    await runner.query(
      'CREATE INDEX reservations_confirmed ON reservations (confirmed_at, schedule_id, total)',
    );
    await runner.query('CREATE INDEX reservations_of_schedule ON reservations (schedule_id, status, total)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX reservations_of_schedule ON reservations');
    await runner.query('DROP INDEX reservations_confirmed ON reservations');
    await runner.query('DROP TABLE IF EXISTS sales_minutes');
  }
}

/**
 * How much later than its time a confirmation may become visible, in ms. Its time is when its transaction began; others see it at
 * the end.
 */
const lateMs = 2 * 60_000;
/** How far back, in ms, minutes are computed that no replica has stored while the service was down. */
const longestGapMs = 24 * 3_600_000;

/** The instant from which a replica that has just started has to compute minutes. */
export async function keptUntil(manager: EntityManager, now: Date): Promise<Date> {
  const [row] = await manager.query<{ last: Date | null }[]>('SELECT MAX(minute) AS last FROM sales_minutes');
  return new Date(Math.max(row?.last?.getTime() ?? 0, now.getTime() - longestGapMs));
}

/**
 * Computes the minutes from an instant on from the reservations. However often this happens, and on however many replicas, the
 * result is the same.
 * @returns the instant from which to compute the next time
 */
export async function keepSalesMinutes(manager: EntityManager, from: Date, now: Date): Promise<Date> {
  const begin = minuteOf(new Date(Math.min(from.getTime(), now.getTime() - lateMs)));
  const confirmed = await manager.query<
    { scheduleId: string; minute: string | number; purchases: string | number; revenue: string }[]
  >(
    `SELECT schedule_id AS scheduleId, TIMESTAMPDIFF(MINUTE, ?, confirmed_at) AS minute,
            COUNT(*) AS purchases, SUM(total) AS revenue
     FROM reservations WHERE confirmed_at >= ? GROUP BY schedule_id, minute`,
    [begin, begin],
  );
  const rows = confirmed.map(({ scheduleId, minute, purchases, revenue }) => [
    scheduleId,
    new Date(begin.getTime() + Number(minute) * 60_000),
    Number(purchases),
    Number(revenue),
  ]);
  if (rows.length > 0) {
    await manager.query(
      `INSERT INTO sales_minutes (schedule_id, minute, purchases, revenue) VALUES ?
       ON DUPLICATE KEY UPDATE purchases = VALUES(purchases), revenue = VALUES(revenue)`,
      [rows],
    );
  }
  return new Date(now.getTime() - lateMs);
}

export async function findSalesMinutes(
  manager: EntityManager,
  scheduleId: string,
  from: Date,
): Promise<SalesMinute[]> {
  const rows = await manager.query<{ at: Date; purchases: number; revenue: string | number }[]>(
    'SELECT minute AS at, purchases, revenue FROM sales_minutes WHERE schedule_id = ? AND minute >= ?',
    [scheduleId, from],
  );
  return rows.map((row) => ({ ...row, revenue: Number(row.revenue) }));
}

/** What is sold of a schedule. */
export interface SalesOf {
  readonly scheduleId: string;
  readonly purchases: number;
  readonly revenue: number;
}

/** What is sold of a schedule now, without cancelled purchases. */
export async function findSalesOf(manager: EntityManager, scheduleId: string) {
  const [row] = await manager.query<{ purchases: string | number; revenue: string | null }[]>(
    `SELECT COUNT(*) AS purchases, SUM(total) AS revenue FROM reservations
     WHERE schedule_id = ? AND status = 'CONFIRMED'`,
    [scheduleId],
  );
  return { purchases: Number(row?.purchases ?? 0), revenue: Number(row?.revenue ?? 0) };
}
