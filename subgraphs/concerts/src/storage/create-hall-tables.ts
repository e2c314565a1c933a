import type { MigrationInterface, QueryRunner } from 'typeorm';

const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Halls that operators draw, and the parts of a date that come from them: standing areas, wheelchair places with their
 * companions' seats, and seats that are kept back.
 */
export class CreateHallTables1795000310000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS halls (
        id       ${id} NOT NULL PRIMARY KEY,
        name     VARCHAR(200) NOT NULL,
        version  INT UNSIGNED NOT NULL,
        seats    INT UNSIGNED NOT NULL,
        drawing  MEDIUMTEXT NOT NULL COMMENT 'stage and sections, JSON',
        saved_at DATETIME(3) NOT NULL
      ) ${options}`);
    await addColumn(runner, 'schedules', 'hall_id', `${id} NULL`);
    await addColumn(runner, 'sections', 'kind', `ENUM('SEATED', 'STANDING') NOT NULL DEFAULT 'SEATED'`);
    await addColumn(runner, 'sections', 'first_row', 'SMALLINT UNSIGNED NOT NULL DEFAULT 1');
    await addColumn(runner, 'sections', 'first_number', 'SMALLINT UNSIGNED NOT NULL DEFAULT 1');
    await addColumn(runner, 'seats', 'companion_id', `${id} NULL`);
    await addColumn(runner, 'section_counts', 'kept', 'INT NOT NULL DEFAULT 0');
    await setStatuses(runner, `'AVAILABLE', 'HELD', 'SOLD', 'KEPT_BACK'`);
  }

  /** Seats that were kept back are for sale again. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE seats SET status = 'AVAILABLE', version = version + 1 WHERE status = 'KEPT_BACK'`,
    );
    await setStatuses(runner, `'AVAILABLE', 'HELD', 'SOLD'`);
    for (const [table, column] of [
      ['section_counts', 'kept'],
      ['seats', 'companion_id'],
      ['sections', 'first_number'],
      ['sections', 'first_row'],
      ['sections', 'kind'],
      ['schedules', 'hall_id'],
    ] as const) {
      if (await runner.hasColumn(table, column)) {
        await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
      }
    }
    await runner.query('DROP TABLE IF EXISTS halls');
  }
}

async function addColumn(runner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  if (await runner.hasColumn(table, column)) return;
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
}

/** A new status at the end of the list changes the table's description only, and no row. */
const setStatuses = (runner: QueryRunner, statuses: string) =>
  runner.query(`ALTER TABLE seats MODIFY COLUMN status ENUM(${statuses}) NOT NULL DEFAULT 'AVAILABLE'`);
