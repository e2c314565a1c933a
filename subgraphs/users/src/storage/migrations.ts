import { eventMigrations } from '@frontrow/events/tables';
import {
  CreateNextSigningKeys1760000000021,
  CreateSigningKeys1760000000004,
} from '@frontrow/kit/signing-keys';
import { ListSessionsAndThrottle1760000010010 } from './list-sessions.ts';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { AddOperatorsAndDeletions1760000010011 } from './add-operators-and-deletions.ts';
import { MailLinks1795300000001, TellAddresses1795300000002 } from './mail-links.ts';

class CreateAccountsAndSessions1760000010001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
    const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
    await runner.query(`
      CREATE TABLE users (
        id            CHAR(36) ${ascii} NOT NULL PRIMARY KEY,
        email         VARCHAR(254) ${ascii} NOT NULL,
        name          VARCHAR(200) NOT NULL,
        role          VARCHAR(16) ${ascii} NOT NULL,
        password_hash VARCHAR(255) ${ascii} NOT NULL,
        created_at    DATETIME(3) NOT NULL,
        UNIQUE KEY users_email (email)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE sessions (
        id         CHAR(36) ${ascii} NOT NULL PRIMARY KEY,
        user_id    CHAR(36) ${ascii} NOT NULL,
        created_at DATETIME(3) NOT NULL,
        expires_at DATETIME(3) NOT NULL,
        ended_at   DATETIME(3) NULL,
        KEY sessions_user (user_id),
        KEY sessions_expires (expires_at),
        CONSTRAINT sessions_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      ) ${options}`);
    // Used tokens stay, because their second use is what reveals a theft.
    await runner.query(`
      CREATE TABLE refresh_tokens (
        token_hash  CHAR(64) ${ascii} NOT NULL PRIMARY KEY,
        session_id  CHAR(36) ${ascii} NOT NULL,
        issued_at   DATETIME(3) NOT NULL,
        replaced_by CHAR(64) ${ascii} NULL,
        KEY refresh_tokens_session (session_id),
        KEY refresh_tokens_issued (issued_at),
        CONSTRAINT refresh_tokens_of_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
      ) ${options}`);
    // The rows are not tied to users, because attempts at e-mail addresses without an account count as well.
    await runner.query(`
      CREATE TABLE log_in_attempts (
        email        VARCHAR(254) ${ascii} NOT NULL PRIMARY KEY,
        attempted_at VARCHAR(255) ${ascii} NOT NULL COMMENT 'ms since epoch, as a JSON array',
        last_at      DATETIME(3) NOT NULL,
        KEY log_in_attempts_last (last_at)
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['log_in_attempts', 'refresh_tokens', 'sessions', 'users']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

export const migrations = [
  ...eventMigrations,
  CreateSigningKeys1760000000004,
  CreateAccountsAndSessions1760000010001,
  ListSessionsAndThrottle1760000010010,
  CreateNextSigningKeys1760000000021,
  AddOperatorsAndDeletions1760000010011,
  MailLinks1795300000001,
  TellAddresses1795300000002,
];
