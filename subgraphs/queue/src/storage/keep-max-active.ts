import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A ticket keeps its room's maxActive as it was when it was admitted. Of those admitted before nobody knows it: NULL. */
export class KeepMaxActive1760000200003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tickets ADD COLUMN max_active INT UNSIGNED NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tickets DROP COLUMN max_active');
  }
}
