import type { MigrationInterface, QueryRunner } from 'typeorm';

const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';

/** Tables with one of every kind of column and key. */
export class CreateExamples1760000900001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE parents (
        id CHAR(36) ${ascii} NOT NULL PRIMARY KEY,
        name VARCHAR(20) NOT NULL,
        UNIQUE KEY parents_name (name)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE things (
        id        INT UNSIGNED NOT NULL PRIMARY KEY,
        code      VARCHAR(20) ${ascii} NOT NULL DEFAULT 'none',
        label     VARCHAR(20) NULL,
        status    ENUM('NEW', 'OLD', 'GONE') NOT NULL DEFAULT 'NEW',
        amount    BIGINT NOT NULL DEFAULT 0,
        ratio     DOUBLE NULL,
        seats     INT UNSIGNED NOT NULL DEFAULT 0,
        small     TINYINT NULL,
        at        DATETIME(3) NULL,
        hash      VARBINARY(64) NULL,
        parent_id CHAR(36) ${ascii} NULL,
        KEY things_by_status (status, amount),
        KEY things_by_time (at),
        CONSTRAINT things_not_negative CHECK (amount >= 0),
        CONSTRAINT things_of_parent FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE CASCADE
      ) ${options}`);
    await runner.query(`
      CREATE TABLE numbered (
        position BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        code     VARCHAR(20) ${ascii} NOT NULL,
        owner    VARCHAR(20) ${ascii} NULL,
        version  INT NOT NULL DEFAULT 1,
        UNIQUE KEY numbered_code (code),
        UNIQUE KEY numbered_live (owner, version)
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['numbered', 'things', 'parents']) await runner.query(`DROP TABLE ${table}`);
  }
}
