import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every change of a line gets the next version of its room, and each ticket that it moves has it too. */
export class AddLineVersions1760000200002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE rooms
        ADD COLUMN version  INT UNSIGNED NOT NULL DEFAULT 0,
        ADD COLUMN turnover VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'null'`);
    await runner.query(`
      ALTER TABLE tickets
        ADD COLUMN line_version INT UNSIGNED NOT NULL DEFAULT 0,
        ADD KEY tickets_line_version (concert_id, line_version)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tickets DROP KEY tickets_line_version, DROP COLUMN line_version');
    await runner.query('ALTER TABLE rooms DROP COLUMN turnover, DROP COLUMN version');
  }
}
