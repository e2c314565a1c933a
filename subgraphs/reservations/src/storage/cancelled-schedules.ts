import { columnsOf, insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { affectedRows } from '@frontrow/kit/database';
import type { Reservation } from '../domain/reservation.ts';
import { reservationRows } from './entities.ts';
import type { ReservationRow } from './entities.ts';
import { withSeats } from './reservations.ts';

/** The schedules whose shows were cancelled. Their rows stay, because seats that are held or paid later must be put back too. */
export class NoteCancelledSchedules1795000300002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS cancelled_schedules (
        schedule_id  CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        cancelled_at DATETIME(3) NOT NULL,
        paused_at    DATETIME(3) NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS cancelled_schedules');
  }
}

export interface CancelledSchedule {
  readonly cancelledAt: Date;
  /** When an operator interrupted the cancelling of its reservations; null while they are being cancelled. */
  readonly pausedAt: Date | null;
}

/** If the news comes twice, it is noted once. */
export const noteCancelledSchedule = (
  manager: EntityManager,
  scheduleId: string,
  cancelledAt: Date,
): Promise<void> =>
  insertMissingRows(manager, 'cancelled_schedules', [
    { schedule_id: scheduleId, cancelled_at: cancelledAt, paused_at: null },
  ]);

export async function findCancelledSchedule(
  manager: EntityManager,
  scheduleId: string,
): Promise<CancelledSchedule | undefined> {
  const [row] = await manager.query<CancelledSchedule[]>(
    'SELECT cancelled_at AS cancelledAt, paused_at AS pausedAt FROM cancelled_schedules WHERE schedule_id = ?',
    [scheduleId],
  );
  return row;
}

/** @returns whether anything changed */
export async function pauseCancelling(
  manager: EntityManager,
  scheduleId: string,
  pausedAt: Date | null,
): Promise<boolean> {
  const result: unknown = await manager.query(
    `UPDATE cancelled_schedules SET paused_at = ? WHERE schedule_id = ? AND paused_at IS ${pausedAt === null ? 'NOT ' : ''}NULL`,
    [pausedAt, scheduleId],
  );
  return affectedRows(result) > 0;
}

/** The cancelled schedules that still have reservations, except those that an operator has paused. */
export async function findSchedulesToClear(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ scheduleId: string }[]>(
    `SELECT c.schedule_id AS scheduleId FROM cancelled_schedules c
     WHERE c.paused_at IS NULL AND EXISTS (SELECT 1 FROM reservations r
       WHERE r.schedule_id = c.schedule_id AND r.status IN ('PENDING', 'CONFIRMED'))
     ORDER BY c.schedule_id`,
  );
  return rows.map(({ scheduleId }) => scheduleId);
}

/** Locks up to `count` reservations of the schedule that have not ended. Skips those that another transaction has locked. */
export async function lockReservationsOf(
  manager: EntityManager,
  scheduleId: string,
  count: number,
): Promise<Reservation[]> {
  const rows = await manager.query<ReservationRow[]>(
    `SELECT ${columnsOf(reservationRows)} FROM reservations FORCE INDEX (reservations_of_schedule)
     WHERE schedule_id = ? AND status IN ('PENDING', 'CONFIRMED') LIMIT ? FOR UPDATE SKIP LOCKED`,
    [scheduleId, count],
  );
  return withSeats(manager, rows);
}

/** The number and value of a schedule's reservations in one status. */
export interface ReservationTotals {
  readonly status: Reservation['status'];
  readonly reservations: number;
  readonly seats: number;
  /** Points. */
  readonly total: number;
}

/** Totals by status. A status that no reservation of the schedule has is left out. */
export async function findTotalsOf(manager: EntityManager, scheduleId: string): Promise<ReservationTotals[]> {
  type Totals = { status: Reservation['status'] } & Record<
    'reservations' | 'seats' | 'total',
    string | number
  >;
  const rows = await manager.query<Totals[]>(
    `SELECT status, COUNT(*) AS reservations, SUM(total) AS total,
       SUM((SELECT COUNT(*) FROM reservation_seats s WHERE s.reservation_id = reservations.id)) AS seats
     FROM reservations WHERE schedule_id = ? GROUP BY status`,
    [scheduleId],
  );
  return rows.map(({ status, reservations, seats, total }) => ({
    ...{ status, reservations: Number(reservations), seats: Number(seats), total: Number(total) },
  }));
}

/** How far the end of a show has come. */
export interface CancellationProgress {
  readonly reservationsLeft: number;
  readonly reservationsCancelled: number;
  /** How many cancelled reservations still wait for their refund. */
  readonly refundsLeft: number;
  readonly refunds: number;
  readonly refundedPoints: number;
}

export async function findProgress(
  manager: EntityManager,
  scheduleId: string,
): Promise<CancellationProgress> {
  // Reservations that their fan had cancelled before, or that expired, do not count.
  const [row] = await manager.query<Record<keyof CancellationProgress, string | number | null>[]>(
    `SELECT SUM(status IN ('PENDING', 'CONFIRMED')) AS reservationsLeft,
       SUM(status = 'CANCELLED') AS reservationsCancelled,
       SUM(status = 'CANCELLED' AND payment_id IS NOT NULL AND refunded_at IS NULL) AS refundsLeft,
       SUM(status = 'CANCELLED' AND refunded_at IS NOT NULL) AS refunds,
       SUM(IF(status = 'CANCELLED' AND refunded_at IS NOT NULL, total, 0)) AS refundedPoints
     FROM reservations
     WHERE schedule_id = ? AND (status IN ('PENDING', 'CONFIRMED') OR ended_because = 'SHOW_CANCELLED')`,
    [scheduleId],
  );
  return {
    reservationsLeft: Number(row?.reservationsLeft ?? 0),
    reservationsCancelled: Number(row?.reservationsCancelled ?? 0),
    refundsLeft: Number(row?.refundsLeft ?? 0),
    refunds: Number(row?.refunds ?? 0),
    refundedPoints: Number(row?.refundedPoints ?? 0),
  };
}
