import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A room may ask for a solved challenge; those that are there do not. */
export class AddChallenges1760000200005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('rooms', 'challenge')) return;
    await runner.query('ALTER TABLE rooms ADD COLUMN challenge TINYINT NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rooms DROP COLUMN challenge');
  }
}
