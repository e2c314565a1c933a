import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = [
  ['publish_at', 'DATETIME(3) NULL'],
  ['concert_version', 'INT UNSIGNED NOT NULL DEFAULT 1'],
] as const;

/** A concert may be changed, and hidden until a time. Everybody knows of the rooms that are there already. */
export class PublishRooms1795000350002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columns) {
      if (await runner.hasColumn('rooms', name)) continue;
      await runner.query(`ALTER TABLE rooms ADD COLUMN ${name} ${type}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of columns) await runner.query(`ALTER TABLE rooms DROP COLUMN ${name}`);
  }
}
