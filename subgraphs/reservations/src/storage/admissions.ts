import { columnsOf, inColumns, insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import type { Admission, Conflict } from '../domain/admission.ts';
import { admissionRows, conflictRows } from './entities.ts';

// Whoever admits a ticket, or cancels its reservation, has locked the reservation before, so one of the two comes first.

/** The scan by which each ticket entered, at most one, and the other scans that let somebody in. */
export class KeepAdmissions1795000320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
    const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
    await runner.query(`
      CREATE TABLE IF NOT EXISTS admissions (
        ticket_id      ${id} NOT NULL PRIMARY KEY,
        reservation_id ${id} NOT NULL,
        schedule_id    ${id} NOT NULL,
        scan_id        ${id} NOT NULL,
        door           VARCHAR(64) NOT NULL,
        scanned_at     DATETIME(3) NOT NULL,
        scanned_by     ${id} NOT NULL,
        noted_at       DATETIME(3) NOT NULL,
        KEY admissions_of_reservation (reservation_id),
        KEY admissions_of_schedule (schedule_id, noted_at, ticket_id)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS admission_conflicts (
        scan_id        ${id} NOT NULL PRIMARY KEY,
        ticket_id      ${id} NOT NULL,
        reservation_id ${id} NOT NULL,
        schedule_id    ${id} NOT NULL,
        door           VARCHAR(64) NOT NULL,
        scanned_at     DATETIME(3) NOT NULL,
        scanned_by     ${id} NOT NULL,
        reason         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        noted_at       DATETIME(3) NOT NULL,
        KEY admission_conflicts_of_schedule (schedule_id, noted_at)
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE admission_conflicts');
    await runner.query('DROP TABLE admissions');
  }
}

export async function findAdmission(
  manager: EntityManager,
  ticketId: string,
): Promise<Admission | undefined> {
  const [row] = await manager.query<Admission[]>(
    `SELECT ${columnsOf(admissionRows)} FROM admissions WHERE ticket_id = ?`,
    [ticketId],
  );
  return row;
}

/** Before every scan. */
export const beginning = new Date(0);

/** Whether a ticket of the reservation, which this transaction has locked, has entered by a scan at `from` or later. */
export async function hasEntered(
  manager: EntityManager,
  reservationId: string,
  from = beginning,
): Promise<boolean> {
  const rows = await manager.query<object[]>(
    'SELECT ticket_id FROM admissions WHERE reservation_id = ? AND scanned_at >= ? LIMIT 1',
    [reservationId, from],
  );
  return rows.length > 0;
}

/**
 * Notes the scan by which a ticket enters, in place of an earlier one, if there is one.
 * @throws if the ticket entered by another scan meanwhile. The primary key prevents a second entry, no matter what was locked
 */
export async function storeAdmission(
  manager: EntityManager,
  admission: Admission,
  before: Admission | undefined,
  now: Date,
): Promise<void> {
  if (before !== undefined) {
    await manager.query('DELETE FROM admissions WHERE ticket_id = ? AND scan_id = ?', [
      before.ticketId,
      before.id,
    ]);
  }
  const row = { ...inColumns(admissionRows)(admission), noted_at: now };
  await manager.query(`INSERT INTO admissions (${Object.keys(row).join(', ')}) VALUES ?`, [
    [Object.values(row)],
  ]);
}

/** A scan that has been noted stays as it is. */
export const noteConflict = (manager: EntityManager, conflict: Conflict, now: Date): Promise<void> =>
  insertMissingRows(manager, 'admission_conflicts', [
    { ...inColumns(conflictRows)(conflict), noted_at: now },
  ]);

/** The conflicts of scans at `from` or later, newest first. */
export const findConflicts = (
  manager: EntityManager,
  scheduleId: string,
  count: number,
  from = beginning,
): Promise<Conflict[]> =>
  manager.query<Conflict[]>(
    `SELECT ${columnsOf(conflictRows)} FROM admission_conflicts WHERE schedule_id = ? AND scanned_at >= ?
     ORDER BY noted_at DESC, scan_id DESC LIMIT ?`,
    [scheduleId, from, count],
  );

/** An admission, with what its ticket shows. */
export interface ShownAdmission extends Admission {
  readonly seatLabel: string;
}

/** A conflict, with the scan by which its ticket entered. */
export interface ShownConflict extends Conflict {
  readonly admission: ShownAdmission | null;
}

/** The scans, at `from` or later, by which those of the tickets entered that have entered. */
export async function findShownAdmissions(
  manager: EntityManager,
  ticketIds: readonly string[],
  from = beginning,
): Promise<ShownAdmission[]> {
  if (ticketIds.length === 0) return [];
  return manager.query<ShownAdmission[]>(
    `SELECT a.ticket_id AS ticketId, a.reservation_id AS reservationId, a.schedule_id AS scheduleId, a.scan_id AS id,
            a.door, a.scanned_at AS at, a.scanned_by AS scannedBy, s.label AS seatLabel
     FROM admissions a JOIN seat_tickets t ON t.id = a.ticket_id
     JOIN reservation_seats s ON s.reservation_id = t.reservation_id AND s.position = t.position
     WHERE a.ticket_id IN (?) AND a.scanned_at >= ?`,
    [ticketIds, from],
  );
}
