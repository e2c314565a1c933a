import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = [
  ['publish_at', 'DATETIME(3) NULL'],
  ['version', 'INT UNSIGNED NOT NULL DEFAULT 1'],
  ['highest_seats_per_fan', 'TINYINT UNSIGNED NULL'],
] as const;

/** A concert may be changed, and hidden until a time. Those that are there already are seen by everybody. */
export class PublishConcerts1795000350001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columns) {
      if (await runner.hasColumn('concerts', name)) continue;
      await runner.query(`ALTER TABLE concerts ADD COLUMN ${name} ${type}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of columns) await runner.query(`ALTER TABLE concerts DROP COLUMN ${name}`);
  }
}
