import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventMigrations } from '@frontrow/events/tables';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

class CreateSagaLog1760000600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Computed from the steps each time one is added.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS sagas (
        id          ${id} NOT NULL PRIMARY KEY,
        type        ${word} NOT NULL DEFAULT 'PURCHASE',
        user_id     ${id} NULL,
        status      ${word} NOT NULL DEFAULT 'RUNNING',
        started_at  DATETIME(3) NULL,
        updated_at  DATETIME(3) NULL,
        ended_at    DATETIME(3) NULL,
        waits_until DATETIME(3) NULL,
        due_at      DATETIME(3) NULL COMMENT 'when something is to be done about it, should it stand still until then',
        KEY sagas_by_status (status, id),
        KEY sagas_due (due_at)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS steps (
        event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        saga_id  ${id} NOT NULL,
        name     ${word} NOT NULL,
        service  VARCHAR(64) NOT NULL,
        status   ${word} NOT NULL,
        at       DATETIME(3) NOT NULL,
        heard_at DATETIME(3) NOT NULL,
        data     MEDIUMTEXT NOT NULL COMMENT 'JSON',
        error    TEXT NULL,
        KEY steps_of_saga (saga_id)
      ) ${options}`);
    // Every service's tables; here `dead_letters` has only those of this service's own consumers.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS reported_dead_letters (
        id         ${id} NOT NULL PRIMARY KEY,
        consumer   VARCHAR(200) NOT NULL,
        event_id   VARCHAR(64) NOT NULL,
        event_type VARCHAR(200) NOT NULL,
        event      MEDIUMTEXT NOT NULL COMMENT 'JSON',
        error      TEXT NOT NULL,
        attempts   INT UNSIGNED NOT NULL,
        failed_at  DATETIME(3) NOT NULL,
        status     ${word} NOT NULL,
        subject    VARCHAR(64) NOT NULL,
        KEY reported_dead_letters_by_status (status, id)
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['reported_dead_letters', 'steps', 'sagas']) {
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
    }
  }
}

/** Which invariant a purchase breaks. Nearly all rows have NULL there, so the index finds the others at once. */
class NoteBrokenInvariants1795000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('sagas', 'breaks')) return;
    await runner.query(`ALTER TABLE sagas ADD COLUMN breaks ${word} NULL, ADD KEY sagas_breaks (breaks)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sagas DROP COLUMN breaks');
  }
}

/** Keeps the trace of each step, so that what is done about a stuck purchase is seen in its trace. Earlier steps have no trace. */
class KeepTracesOfSteps1795900300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('steps', 'traceparent')) return;
    await runner.query(`ALTER TABLE steps ADD COLUMN traceparent ${word} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE steps DROP COLUMN traceparent');
  }
}

export const migrations = [
  ...eventMigrations,
  CreateKnownKeySets1760000000005,
  CreateSagaLog1760000600001,
  NoteBrokenInvariants1795000200000,
  KeepTracesOfSteps1795900300000,
];
