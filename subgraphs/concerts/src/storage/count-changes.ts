import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts changes, so that one sum tells whether any seat of a schedule has changed, without reading 100,000 seats. */
export class CountChanges1760000300011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('section_counts', 'changes')) return;
    await runner.query('ALTER TABLE section_counts ADD COLUMN changes BIGINT UNSIGNED NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE section_counts DROP COLUMN changes');
  }
}
