import { columnsOf, updateRows } from '@frontrow/kit/many-rows';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import type { Reservation, ShowMove } from '../domain/reservation.ts';
import { reservationRows } from './entities.ts';
import type { ReservationRow } from './entities.ts';
import { withSeats } from './reservations.ts';

/** The schedules whose shows take place at another time, and until when what was sold before may be given back. */
export class NoteMovedSchedules1795000340002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('reservations', 'refund_until'))) {
      await runner.query(
        'ALTER TABLE reservations ADD COLUMN refund_until DATETIME(3) NULL, ADD COLUMN moved_from DATETIME(3) NULL',
      );
    }
    await runner.query(`
      CREATE TABLE IF NOT EXISTS moved_schedules (
        schedule_id  CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        starts_at    DATETIME(3) NOT NULL,
        refund_until DATETIME(3) NOT NULL,
        moves        INT UNSIGNED NOT NULL,
        noted_at     DATETIME(3) NOT NULL,
        settled_at   DATETIME(3) NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS moved_schedules');
    await runner.query('ALTER TABLE reservations DROP COLUMN moved_from, DROP COLUMN refund_until');
  }
}

/** The last move of a schedule that was heard of. */
export interface MovedSchedule extends ShowMove {
  readonly scheduleId: string;
  /** How often it was moved. */
  readonly moves: number;
  readonly notedAt: Date;
}

/** Of two moves of a schedule that are heard of in any order the later one stays. */
export async function noteMovedSchedule(
  manager: EntityManager,
  { scheduleId, startsAt, refundUntil, moves, notedAt }: MovedSchedule,
): Promise<void> {
  // MySQL and MariaDB assign from left to right, so `moves`, which the others are compared with, comes last.
  await manager.query(
    `INSERT INTO moved_schedules (schedule_id, starts_at, refund_until, noted_at, settled_at, moves)
     VALUES (?, ?, ?, ?, NULL, ?) ON DUPLICATE KEY UPDATE
       starts_at = IF(VALUES(moves) > moves, VALUES(starts_at), starts_at),
       refund_until = IF(VALUES(moves) > moves, VALUES(refund_until), refund_until),
       noted_at = IF(VALUES(moves) > moves, VALUES(noted_at), noted_at),
       settled_at = IF(VALUES(moves) > moves, NULL, settled_at),
       moves = IF(VALUES(moves) > moves, VALUES(moves), moves)`,
    [scheduleId, startsAt, refundUntil, notedAt, moves],
  );
}

const columns =
  'schedule_id AS scheduleId, starts_at AS startsAt, refund_until AS refundUntil, moves, noted_at AS notedAt';

export const findMovesOf = (
  manager: EntityManager,
  scheduleIds: readonly string[],
): Promise<MovedSchedule[]> =>
  manager.query<MovedSchedule[]>(`SELECT ${columns} FROM moved_schedules WHERE schedule_id IN (?)`, [
    scheduleIds,
  ]);

/** Those whose reservations may say another time still. Whoever is refunded because the show was cancelled since need not hear of it. */
export const findMovesToTell = (manager: EntityManager): Promise<MovedSchedule[]> =>
  manager.query<MovedSchedule[]>(
    `SELECT ${columns} FROM moved_schedules m WHERE settled_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM cancelled_schedules c WHERE c.schedule_id = m.schedule_id)
     ORDER BY schedule_id`,
  );

/** Every reservation of the schedule says the time of this move, and those that are still to come will. */
export async function settleMove(
  manager: EntityManager,
  { scheduleId, moves }: MovedSchedule,
  now: Date,
): Promise<void> {
  await manager.query('UPDATE moved_schedules SET settled_at = ? WHERE schedule_id = ? AND moves = ?', [
    now,
    scheduleId,
    moves,
  ]);
}

const saysAnotherTime = '(starts_at <> ? OR refund_until <> ?)';

/** The ids of up to `count` that have not ended and say another time, or an earlier offer. This looks without locks. */
export async function findReservationsBefore(
  manager: EntityManager,
  { scheduleId, startsAt, refundUntil }: MovedSchedule,
  count: number,
): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT id FROM reservations FORCE INDEX (reservations_of_schedule)
     WHERE schedule_id = ? AND status IN ('PENDING', 'CONFIRMED') AND ${saysAnotherTime} LIMIT ?`,
    [scheduleId, startsAt, refundUntil, count],
  );
  return rows.map(({ id }) => id).sort();
}

/** Locks those of the ids that nobody else is changing; the next look finds the others. */
export async function lockUncontended(
  manager: EntityManager,
  ids: readonly string[],
): Promise<Reservation[]> {
  const rows = await manager.query<ReservationRow[]>(
    `SELECT ${columnsOf(reservationRows)} FROM reservations FORCE INDEX (PRIMARY)
     WHERE id IN (?) ORDER BY id FOR UPDATE SKIP LOCKED`,
    [ids],
  );
  return withSeats(manager, rows);
}

/** Stores the time that reservations say, which this transaction has locked. */
export const storeTimes = (manager: EntityManager, moved: readonly Reservation[]): Promise<void> =>
  updateRows(
    manager,
    'reservations',
    'id',
    moved.map(({ id, shown, refundUntil, movedFrom, version }) => ({
      ...{
        id,
        starts_at: new Date(shown.startsAt),
        refund_until: refundUntil,
        moved_from: movedFrom,
        version,
      },
    })),
  );

/** What has become of the reservations that were there when the show was moved. */
export interface MoveProgress {
  readonly reservationsLeft: number;
  readonly reservationsKept: number;
  /** Points. */
  readonly keptPoints: number;
  readonly reservationsGivenBack: number;
  /** Points. */
  readonly givenBackPoints: number;
}

export async function findMoveProgress(
  manager: EntityManager,
  { scheduleId, startsAt, refundUntil }: MovedSchedule,
): Promise<MoveProgress> {
  const kept = "refund_until IS NOT NULL AND status = 'CONFIRMED'";
  const givenBack =
    "refund_until IS NOT NULL AND payment_id IS NOT NULL AND ended_because = 'CANCELLED_BY_FAN'";
  const [row] = await manager.query<Record<keyof MoveProgress, string | number | null>[]>(
    `SELECT SUM(status IN ('PENDING', 'CONFIRMED') AND ${saysAnotherTime}) AS reservationsLeft,
       SUM(${kept}) AS reservationsKept, SUM(IF(${kept}, total, 0)) AS keptPoints,
       SUM(${givenBack}) AS reservationsGivenBack, SUM(IF(${givenBack}, total, 0)) AS givenBackPoints
     FROM reservations WHERE schedule_id = ?`,
    [startsAt, refundUntil, scheduleId],
  );
  return {
    reservationsLeft: Number(row?.reservationsLeft ?? 0),
    reservationsKept: Number(row?.reservationsKept ?? 0),
    keptPoints: Number(row?.keptPoints ?? 0),
    reservationsGivenBack: Number(row?.reservationsGivenBack ?? 0),
    givenBackPoints: Number(row?.givenBackPoints ?? 0),
  };
}
