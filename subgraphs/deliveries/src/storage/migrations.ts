import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventMigrations } from '@frontrow/events/tables';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';
import { allTargets } from '../domain/audience.ts';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

class CreateDeliveries1760000700001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS deliveries (
        id              ${id} NOT NULL PRIMARY KEY,
        target          ${word} NOT NULL,
        event_id        ${id} NOT NULL,
        event_type      ${word} NOT NULL,
        subject         ${word} NOT NULL,
        event           MEDIUMTEXT NOT NULL,
        status          ${word} NOT NULL,
        attempts        INT UNSIGNED NOT NULL,
        failed_rounds   INT UNSIGNED NOT NULL,
        last_error      VARCHAR(500) NULL,
        cause           ${word} NULL,
        noted_at        DATETIME(3) NOT NULL,
        give_up_at      DATETIME(3) NOT NULL,
        next_attempt_at DATETIME(3) NULL,
        leased_until    DATETIME(3) NULL,
        lease           ${id} NULL,
        delivered_at    DATETIME(3) NULL,
        UNIQUE KEY deliveries_event (event_id, target),
        KEY deliveries_due (target, status, next_attempt_at),
        KEY deliveries_of_subject (subject, target, status, event_id),
        KEY deliveries_listed (status, target, id),
        KEY deliveries_old (delivered_at)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS circuits (
        target     ${word} NOT NULL PRIMARY KEY,
        state      ${word} NOT NULL,
        generation INT UNSIGNED NOT NULL,
        reopens_at DATETIME(3) NULL,
        started    INT UNSIGNED NOT NULL,
        succeeded  INT UNSIGNED NOT NULL,
        failed     INT UNSIGNED NOT NULL
      ) ${options}`);
    await runner.query(
      'INSERT IGNORE INTO circuits (target, state, generation, started, succeeded, failed) VALUES ?',
      [allTargets.map((target) => [target, 'CLOSED', 1, 0, 0, 0])],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE circuits');
    await runner.query('DROP TABLE deliveries');
  }
}

/** Whom mail goes to, and the circuit of that target. */
class AddMail1795300000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS recipients (
        user_id      ${id} NOT NULL PRIMARY KEY,
        email        VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
        locale       VARCHAR(35) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        forgotten_at DATETIME(3) NULL,
        KEY recipients_forgotten (forgotten_at)
      ) ${options}`);
    await runner.query(
      'INSERT IGNORE INTO circuits (target, state, generation, started, succeeded, failed) VALUES ?',
      [[['MAIL', 'CLOSED', 1, 0, 0, 0]]],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM circuits WHERE target = 'MAIL'");
    await runner.query("DELETE FROM deliveries WHERE target = 'MAIL'");
    await runner.query('DROP TABLE recipients');
  }
}

export const migrations = [
  ...eventMigrations,
  CreateKnownKeySets1760000000005,
  CreateDeliveries1760000700001,
  AddMail1795300000101,
];
