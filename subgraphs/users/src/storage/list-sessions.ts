import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the owner of a session sees of it, how to give the same successor of a token twice, and whom to throttle. */
export class ListSessionsAndThrottle1760000010010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
    await runner.query(`
      ALTER TABLE sessions
        ADD COLUMN last_used_at DATETIME(3) NULL,
        ADD COLUMN client VARCHAR(100) NULL,
        ADD COLUMN opened_from CHAR(64) ${ascii} NULL`);
    await runner.query('UPDATE sessions SET last_used_at = created_at');
    await runner.query(`
      ALTER TABLE refresh_tokens
        ADD COLUMN replaced_at DATETIME(3) NULL,
        ADD COLUMN successor_salt CHAR(43) ${ascii} NULL`);
    // log_in_attempts stays for replicas of the previous release, which may run beside this one for a while.
    await runner.query(`
      CREATE TABLE throttles (
        scope  VARCHAR(32) ${ascii} NOT NULL,
        holder CHAR(64) ${ascii} NOT NULL COMMENT 'SHA-256 of who or what is counted',
        due_at DATETIME(3) NOT NULL COMMENT 'when all that was taken is forgotten',
        PRIMARY KEY (scope, holder),
        KEY throttles_due (due_at)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE throttles');
    await runner.query('ALTER TABLE refresh_tokens DROP COLUMN successor_salt, DROP COLUMN replaced_at');
    await runner.query(
      'ALTER TABLE sessions DROP COLUMN opened_from, DROP COLUMN client, DROP COLUMN last_used_at',
    );
  }
}
