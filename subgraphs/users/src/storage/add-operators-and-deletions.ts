import { isTransient } from '@frontrow/kit/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/** The listing and ending of operators, the log of what they do, and the ids of deleted accounts. */
export class AddOperatorsAndDeletions1760000010011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('users', 'role_from'))) {
      await runner.query(`ALTER TABLE users ADD COLUMN role_from VARCHAR(16) ${ascii} NULL`);
      await runner.query('CREATE INDEX users_role ON users (role)');
      await runner.query('CREATE INDEX sessions_ended ON sessions (ended_at)');
    }
    // Until now, all operators were made by settings.
    await runner.query("UPDATE users SET role_from = 'SETTINGS' WHERE role = 'OPERATOR'");
    await runner.query(`
      CREATE TABLE IF NOT EXISTS deleted_users (
        user_id    CHAR(36) ${ascii} NOT NULL PRIMARY KEY,
        deleted_at DATETIME(3) NOT NULL,
        KEY deleted_users_at (deleted_at)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS operator_actions (
        id           CHAR(36) ${ascii} NOT NULL PRIMARY KEY,
        acted_by     VARCHAR(16) ${ascii} NOT NULL,
        operator_id  CHAR(36) ${ascii} NULL,
        action       VARCHAR(64) ${ascii} NOT NULL,
        subject_id   VARCHAR(64) ${ascii} NOT NULL,
        state_before MEDIUMTEXT NULL COMMENT 'JSON',
        state_after  MEDIUMTEXT NULL COMMENT 'JSON',
        acted_at     DATETIME(3) NOT NULL,
        KEY operator_actions_of (operator_id, id),
        KEY operator_actions_named (action, id)
      ) ${options}`);
    for (const change of ['UPDATE', 'DELETE']) await forbid(runner, change);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE operator_actions');
    await runner.query('DROP TABLE deleted_users');
    await runner.query('DROP INDEX sessions_ended ON sessions');
    await runner.query('DROP INDEX users_role ON users');
    await runner.query('ALTER TABLE users DROP COLUMN role_from');
  }
}

/**
 * The code has no statement that changes the log. This trigger makes sure that nobody else changes it either, if the service's
 * account may make triggers. MySQL with a binary log permits that only with `log_bin_trust_function_creators`.
 */
async function forbid(runner: QueryRunner, change: string): Promise<void> {
  try {
    await runner.query(
      `CREATE TRIGGER operator_actions_no_${change.toLowerCase()} BEFORE ${change} ON operator_actions
       FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'operator_actions is only added to'`,
    );
  } catch (error) {
    if (isTransient(error)) throw error;
  }
}
