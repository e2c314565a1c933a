import type { MigrationInterface, QueryRunner } from 'typeorm';

const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const name = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';

/** The layouts of halls. Those of existing schedules are made when somebody asks for them. */
export class CreateSeatMapTables1795200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A layout never changes; its name is the SHA-256 of its text.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS layouts (
        name ${name} NOT NULL PRIMARY KEY,
        br   MEDIUMBLOB NOT NULL,
        gzip MEDIUMBLOB NOT NULL
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS schedule_layouts (
        schedule_id ${id} NOT NULL PRIMARY KEY,
        layout      ${name} NOT NULL
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS schedule_layouts');
    await runner.query('DROP TABLE IF EXISTS layouts');
  }
}
